import type {NamespacedName, Protocol, TrafficPolicy} from '../model/index.ts';
import type {ProxiedPath} from './destination.ts';

/** What kube-proxy does with a packet. `ignore`: no Service rule touches it. */
export interface PacketVerdict {
  readonly verdict: 'forward' | 'reject' | 'drop' | 'ignore';
  /**
   * Whether the source becomes the node's address, whichever endpoint is chosen. Where this is false, an endpoint that has the
   * source's own address is masqueraded all the same (`isMasqueraded`).
   */
  readonly masquerade: boolean;
  readonly endpoints: readonly {readonly address: string; readonly port: number; readonly probability: number}[];
  /** For people. */
  readonly reason: string;
  /** The Service port that the destination names, and by which way; null where it names none. */
  readonly servicePort: MatchedPort | null;
  readonly path: ProxiedPath | null;
  /** The policy whose endpoints were used: Cluster, too, where a Local policy does not hold for this source. */
  readonly trafficPolicy: TrafficPolicy | null;
  /** Seconds for which later connections from this source to the Service port keep to the endpoint of this one; null for none. */
  readonly affinitySeconds: number | null;
}

/** Names one Service port; the key of its session affinity, together with the source address. */
export interface MatchedPort extends NamespacedName {
  readonly portName: string;
  readonly protocol: Protocol;
  readonly port: number;
}
