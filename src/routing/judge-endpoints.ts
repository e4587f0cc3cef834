import type {ExclusionReason, TrafficPolicy} from '../model/index.ts';
import {type CandidateEndpoint, isReady, isServingTerminating} from './endpoint-set.ts';
import {followsTopology, type TopologyMode, topologyMode} from './topology-mode.ts';

/** What of a Service decides which of its endpoints are used. */
export interface EndpointPolicies {
  readonly internalTrafficPolicy: TrafficPolicy | null;
  readonly externalTrafficPolicy: TrafficPolicy | null;
  /** It has a node port, a load balancer address that kube-proxy serves, or an external IP. */
  readonly externallyReachable: boolean;
}

/** The node that looks. The zone is its label `topology.kubernetes.io/zone`. */
export interface JudgingNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Whether one endpoint is in a set, and why not. */
export type EndpointVerdict =
  | {readonly used: true; readonly state: 'ready' | 'serving-terminating'}
  | {readonly used: false; readonly reason: ExclusionReason; readonly detail: string};

/** The endpoints of one Service port as one node sees them. A set is null where its policy is not used. */
export interface EndpointJudgement<E extends CandidateEndpoint = CandidateEndpoint> {
  readonly usesCluster: boolean;
  readonly usesLocal: boolean;
  readonly clusterEndpoints: readonly E[] | null;
  readonly localEndpoints: readonly E[] | null;
  /** Both sets together: what this node may send to. */
  readonly allEndpoints: readonly E[];
  /** A usable endpoint exists on some node, be it out of reach from here: decides between dropping and rejecting. */
  readonly hasAnyEndpoints: boolean;
  /** Which hints the cluster set follows. */
  readonly topology: TopologyMode;
  /** One per endpoint, in the order given. */
  readonly verdicts: readonly {readonly endpoint: E; readonly cluster: EndpointVerdict | null; readonly local: EndpointVerdict | null}[];
}

/**
 * kube-proxy's choice among the endpoints of one Service port, as one node sees them (pkg/proxy/topology.go, CategorizeEndpoints).
 * Ready ones count; where a set has none, those that terminate and still serve, for each set apart. The cluster set is used unless
 * `internalTrafficPolicy: Local` is all there is, and follows topology hints; the local set is used where a policy says Local, and does not.
 */
export function judgeEndpoints<E extends CandidateEndpoint>(
  endpoints: readonly E[],
  policies: EndpointPolicies,
  node: JudgingNode,
): EndpointJudgement<E> {
  const zone = node.labels['topology.kubernetes.io/zone'] || null;
  const usesCluster = policies.internalTrafficPolicy !== 'Local' || policies.externallyReachable;
  const usesLocal =
    policies.internalTrafficPolicy === 'Local' || (policies.externalTrafficPolicy === 'Local' && policies.externallyReachable);
  const topology = usesCluster ? topologyMode(endpoints, node.name, zone) : 'none';
  const cluster = usesCluster ? clusterSet(endpoints, topology, node.name, zone) : null;
  const local = usesLocal ? preferReady(endpoints.filter((endpoint) => isLocal(endpoint, node.name))) : null;
  const [inCluster, inLocal] = [new Set(cluster), new Set(local)];
  return {
    usesCluster,
    usesLocal,
    clusterEndpoints: cluster,
    localEndpoints: local,
    allEndpoints: endpoints.filter((endpoint) => inCluster.has(endpoint) || inLocal.has(endpoint)),
    hasAnyEndpoints: endpoints.some((endpoint) => isReady(endpoint) || isServingTerminating(endpoint)),
    topology,
    verdicts: endpoints.map((endpoint) => ({
      endpoint,
      cluster: cluster && (inCluster.has(endpoint) ? used(endpoint) : whyNotInCluster(endpoint, topology, node.name, zone)),
      local: local && (inLocal.has(endpoint) ? used(endpoint) : whyNotInLocal(endpoint, node.name)),
    })),
  };
}

function clusterSet<E extends CandidateEndpoint>(
  endpoints: readonly E[],
  mode: TopologyMode,
  node: string,
  zone: string | null,
): readonly E[] {
  const ready = endpoints.filter((endpoint) => isReady(endpoint) && followsTopology(endpoint, mode, node, zone));
  return ready.length > 0 ? ready : endpoints.filter(isServingTerminating);
}

function preferReady<E extends CandidateEndpoint>(endpoints: readonly E[]): readonly E[] {
  const ready = endpoints.filter(isReady);
  return ready.length > 0 ? ready : endpoints.filter(isServingTerminating);
}

function isLocal(endpoint: CandidateEndpoint, node: string): boolean {
  return node !== '' && endpoint.nodeName === node;
}

function used(endpoint: CandidateEndpoint): EndpointVerdict {
  return {used: true, state: isReady(endpoint) ? 'ready' : 'serving-terminating'};
}

function whyNotInCluster(endpoint: CandidateEndpoint, mode: TopologyMode, node: string, zone: string | null): EndpointVerdict {
  if (!isReady(endpoint)) return unusable(endpoint);
  return mode === 'node'
    ? excluded('OtherNodeHint', `hinted for ${list(endpoint.hints.forNodes)}, not for node ${node}`)
    : excluded('OtherZone', `hinted for ${list(endpoint.hints.forZones)}, not for zone ${zone}`);
}

function whyNotInLocal(endpoint: CandidateEndpoint, node: string): EndpointVerdict {
  if (!isReady(endpoint) && !isServingTerminating(endpoint)) return unusable(endpoint);
  if (isLocal(endpoint, node)) return unusable(endpoint);
  return excluded('OtherNode', endpoint.nodeName === null ? 'its slice names no node' : `on node ${endpoint.nodeName}, not on ${node}`);
}

function unusable(endpoint: CandidateEndpoint): EndpointVerdict {
  const {serving, terminating} = endpoint.conditions;
  if (!terminating) return excluded('NotReady', 'its slice says ready: false');
  return excluded('Terminating', serving ? 'terminating; used only where none is ready' : 'terminating, and no longer serving');
}

function excluded(reason: ExclusionReason, detail: string): EndpointVerdict {
  return {used: false, reason, detail};
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}
