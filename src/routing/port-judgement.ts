import type {ClusterView, EndpointSlice, TrafficPolicy} from '../model/index.ts';
import type {PortEndpoint} from './endpoint-set.ts';
import {type EndpointJudgement, judgeEndpoints} from './judge-endpoints.ts';
import {endpointsOfPort, slicesOf} from './port-endpoints.ts';
import {clusterReason, localReason, rejectReason} from './reason.ts';
import type {ProxiedPort} from './service-port.ts';

/** Where one kind of traffic to a port ends, before source addresses matter. */
export interface Outcome {
  readonly verdict: 'forward' | 'reject' | 'drop';
  readonly trafficPolicy: TrafficPolicy;
  readonly chosen: readonly PortEndpoint[];
  /** The same with the share of each, as `judgePacket` gives them. */
  readonly endpoints: readonly {readonly address: string; readonly port: number; readonly probability: number}[];
  /** The address that all the chosen ones have, who is then masqueraded whenever it calls; null where they have several or none. */
  readonly onlyAddress: string | null;
  readonly reason: string;
}

/** Everything that one node has decided about one Service port. */
export interface PortJudgement {
  readonly judgement: EndpointJudgement<PortEndpoint>;
  /** Traffic to the cluster IP. */
  readonly internal: Outcome;
  /** Traffic from elsewhere to a node port, load balancer address or external IP. */
  readonly external: Outcome;
  /** The same from pods and the node itself, which no Local policy holds back. */
  readonly shortCircuit: Outcome;
}

/** What is known of one port, with one list of slices. */
interface Known {
  readonly slices: readonly EndpointSlice[];
  /** Where all nodes decide alike. */
  everywhere: PortJudgement | null;
  readonly byNode: Map<string, PortJudgement>;
}

/**
 * Kept per port for the list of slices that it was last judged with, and by node: all three are immutable or names, and a view after a
 * change shares what it did not touch, so the data plane may ask for each connection.
 */
const known = new WeakMap<ProxiedPort, Known>();

/** What the node with this name has decided about the port. */
export function judgePort(view: ClusterView, port: ProxiedPort, node: string): PortJudgement {
  const slices = slicesOf(view, port.service);
  let judgements = known.get(port);
  if (judgements === undefined || judgements.slices !== slices) {
    judgements = {slices, everywhere: null, byNode: new Map()};
    known.set(port, judgements);
  }
  return judgements.everywhere ?? judgeAt(view, port, node, judgements);
}

function judgeAt(view: ClusterView, port: ProxiedPort, node: string, judgements: Known): PortJudgement {
  const zone = view.nodes.get(node)?.zone ?? null;
  const key = zone === null ? node : `${node} ${zone}`;
  const before = judgements.byNode.get(key);
  if (before !== undefined) return before;
  const endpoints = endpointsOfPort(judgements.slices, port.family, port.name, port.protocol);
  const judged = judge(port, endpoints, node, zone);
  if (dependsOnNode(port, endpoints)) judgements.byNode.set(key, judged);
  else judgements.everywhere = judged;
  return judged;
}

/** Without a Local policy and without hints all nodes decide alike. */
function dependsOnNode(port: ProxiedPort, endpoints: readonly PortEndpoint[]): boolean {
  if (port.internalTrafficPolicy === 'Local' || port.externalTrafficPolicy === 'Local') return true;
  return endpoints.some(({hints}) => hints.forNodes.length > 0 || hints.forZones.length > 0);
}

function judge(port: ProxiedPort, endpoints: readonly PortEndpoint[], name: string, zone: string | null): PortJudgement {
  const node = {name, labels: zone === null ? {} : {'topology.kubernetes.io/zone': zone}};
  const judgement = judgeEndpoints(endpoints, port, node);
  const outcome = (policy: TrafficPolicy, words: string): Outcome =>
    !judgement.hasAnyEndpoints
      ? ended('reject', policy, rejectReason(endpoints))
      : policy === 'Local'
        ? outcomeOf('Local', judgement.localEndpoints ?? [], localReason(judgement, node.name, words))
        : outcomeOf('Cluster', judgement.clusterEndpoints ?? [], clusterReason(judgement, node.name, zone, words));
  return {
    judgement,
    internal: outcome(port.internalTrafficPolicy, `internalTrafficPolicy is ${port.internalTrafficPolicy}`),
    external: outcome(port.externalTrafficPolicy, `externalTrafficPolicy is ${port.externalTrafficPolicy}`),
    shortCircuit: outcome(
      'Cluster',
      port.externalTrafficPolicy === 'Local'
        ? 'externalTrafficPolicy Local does not limit pods and the node itself'
        : 'externalTrafficPolicy is Cluster',
    ),
  };
}

function outcomeOf(trafficPolicy: TrafficPolicy, chosen: readonly PortEndpoint[], reason: string): Outcome {
  if (chosen.length === 0) return ended('drop', trafficPolicy, reason);
  const endpoints = chosen.map(({address, port}) => ({address, port, probability: 1 / chosen.length}));
  const first = chosen[0]?.address ?? null;
  const onlyAddress = chosen.every(({address}) => address === first) ? first : null;
  return {verdict: 'forward', trafficPolicy, chosen, endpoints, onlyAddress, reason};
}

function ended(verdict: 'reject' | 'drop', trafficPolicy: TrafficPolicy, reason: string): Outcome {
  return {verdict, trafficPolicy, chosen: [], endpoints: [], onlyAddress: null, reason};
}
