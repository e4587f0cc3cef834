import type {Clock} from '../../probe/index.ts';
import type {Api} from '../api.ts';
import type {Image} from '../image.ts';
import type {PodNetwork} from '../pod-network.ts';
import type {ServiceLinks} from './container/service-links.ts';
import type {AddressPool} from './node/address-pool.ts';
import type {EventRecorder} from './node/events.ts';
import type {TokenRequest} from './volumes/payload.ts';

/** What the kubelet of one node works with. */
export interface KubeletContext {
  readonly api: Api;
  readonly network: PodNetwork;
  readonly images: readonly Image[];
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: (message: string) => void;
  readonly serviceLinks: ServiceLinks;
  readonly issueToken: (request: TokenRequest) => string;
  readonly clusterDomain: string;
  readonly clusterDNS: readonly string[];
  /** The text of the nodes' own resolv.conf. */
  readonly nodeResolvConf: string;
  readonly nodeName: string;
  readonly nodeIPs: readonly string[];
  readonly allocatable: Readonly<Record<string, string>>;
  readonly pools: readonly AddressPool[];
  readonly events: EventRecorder;
  /** Images that this node has pulled, by repository and tag. */
  readonly pulled: Set<string>;
  /** Resolves at the next change of an object that pods take their configuration from. */
  readonly configurationChanged: (signal: AbortSignal) => Promise<void>;
}

/** A time as the API has it: seconds. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
