import {cidrHoldsCanonical, numberToAddress, parseCidr} from '../ip/index.ts';
import type {ClusterView, IpFamily} from '../model/index.ts';
import {isPodAddress, type NodeProxy} from './proxy-settings.ts';

/** A connection as it leaves its entry node towards an endpoint. */
export interface Departure {
  readonly node: string;
  /** That of the node, looked up once for all endpoints. */
  readonly proxy: NodeProxy;
  readonly family: IpFamily;
  /** Its source when it met kube-proxy; null where not known. */
  readonly source: string | null;
  /** It is a pod's own address, and the pod is not on the host network. */
  readonly fromPodNetwork: boolean;
  readonly masquerade: boolean;
}

/**
 * The source address that an endpoint sees. Masquerading (also of a pod that reaches itself) gives the entry node's address: the one
 * towards the endpoint, which for pods of that node is the plugin's gateway where the view is told so (`masqueradeToPodGateway`).
 * A pod's traffic to addresses that are no pods' gets its node's address from the plugin, where it masquerades at all.
 */
export function sourceSeenBy(view: ClusterView, departure: Departure, endpoint: string): string | null {
  const {node, family, source, proxy} = departure;
  if (departure.masquerade || endpoint === source) return gatewayTo(view, node, family, endpoint) ?? proxy.primaryIP;
  if (!departure.fromPodNetwork || !view.options.podTrafficToNodesMasqueraded || proxy.podRanges.size === 0) return source;
  const leavesPodNetwork = !isPodAddress(proxy, endpoint) && !proxy.localIPs.has(endpoint);
  return leavesPodNetwork ? proxy.primaryIP : source;
}

/** The first address of the node's own pod range, if the endpoint is in it. */
function gatewayTo(view: ClusterView, node: string, family: IpFamily, endpoint: string): string | null {
  if (!view.options.masqueradeToPodGateway) return null;
  for (const text of view.nodes.get(node)?.podCIDRs ?? []) {
    const range = parseCidr(text);
    if (range?.family === family && cidrHoldsCanonical(range, endpoint)) return numberToAddress(range.network + 1n, family);
  }
  return null;
}
