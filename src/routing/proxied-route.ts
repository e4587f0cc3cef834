import {canonicalIP, hostPort} from '../ip/index.ts';
import type {ClusterView, Route, RouteEndpoint, RouteStep} from '../model/index.ts';
import {type Arrival, SOME_CLIENT} from './arrival.ts';
import type {ProxiedPath} from './destination.ts';
import {judgeMeeting} from './judge-packet.ts';
import type {PacketVerdict} from './packet-verdict.ts';
import {judgePort, type Outcome, type PortJudgement} from './port-judgement.ts';
import {type NodeProxy, nodeProxy} from './proxy-settings.ts';
import {type RouteSets, routeSets} from './route-endpoints.ts';
import {baseRoute} from './route-record.ts';
import type {ProxiedPort} from './service-port.ts';
import {type Departure, sourceSeenBy} from './source-seen.ts';
import type {Origin} from './vantage.ts';

/** The route of a connection from the moment when it meets a kube-proxy: what that decides, and who sees what. */
export function proxiedRoute(view: ClusterView, origin: Origin, via: ProxiedPath, port: ProxiedPort, arrival: Arrival): Route {
  const judged = judgePort(view, port, arrival.entryNode);
  const proxy = nodeProxy(view, arrival.entryNode, port.family);
  const verdict = verdictOn(view, proxy, port, judged, arrival);
  const forwarded = verdict.verdict === 'forward';
  const sets = routeSets(view, port, judged, outcomeOf(judged, verdict, via));
  const departure = departureOf(proxy, origin, port, arrival, verdict);
  const endpoints = forwarded ? withSources(view, departure, sets) : [];
  const agreed = agreedSource(endpoints);
  const missed = forwarded ? null : missesFilter(view, origin, via, verdict);
  const last = lastSteps(arrival, port, verdict, endpoints, agreed, missed);
  return {
    ...baseRoute(origin, port, via),
    address: arrival.address,
    port: arrival.number,
    entryNode: arrival.entryNode,
    verdict: missed === null ? (verdict.verdict === 'ignore' ? 'unreachable' : verdict.verdict) : 'drop',
    reason: missed ?? reasonOf(verdict, arrival, port),
    trafficPolicy: verdict.trafficPolicy,
    affinity: port.affinitySeconds === null ? null : {type: 'ClientIP', timeoutSeconds: port.affinitySeconds},
    masquerade: verdict.masquerade,
    sourceSeen: !forwarded ? null : agreed === undefined ? generalSource(view, departure) : agreed,
    endpoints,
    excluded: sets.excluded,
    steps: arrival.steps.length === 0 ? last : [...arrival.steps, ...last],
  };
}

/** What the entry node does with the packet. Of its addresses only a load balancer's may be spelt in a way of its own. */
function verdictOn(view: ClusterView, proxy: NodeProxy, port: ProxiedPort, judged: PortJudgement, arrival: Arrival): PacketVerdict {
  return judgeMeeting({
    view,
    proxy,
    node: arrival.entryNode,
    source: arrival.source ?? SOME_CLIENT[port.family],
    destination: canonicalIP(arrival.address) ?? arrival.address,
    number: arrival.number,
    protocol: port.protocol,
    asked: {port, judged},
  });
}

/** The outcome that the verdict rests on: that of the path, or the cluster's where a Local policy did not hold. */
function outcomeOf(judged: PortJudgement, verdict: PacketVerdict, via: ProxiedPath): Outcome {
  const own = via === 'clusterip' ? judged.internal : judged.external;
  return verdict.trafficPolicy === null || verdict.trafficPolicy === own.trafficPolicy ? own : judged.shortCircuit;
}

/**
 * In iptables mode the rule that refuses external addresses does not stand in the way of what a node itself sends: the packet leaves for
 * the load balancer or router, and what becomes of it there is not kube-proxy's to say; most often nothing answers.
 */
function missesFilter(view: ClusterView, origin: Origin, via: ProxiedPath, verdict: PacketVerdict): string | null {
  const hostSends = origin.kind !== 'Outside' && !origin.podNetwork;
  if (view.options.proxyMode !== 'iptables' || !hostSends || (via !== 'loadbalancer' && via !== 'externalip')) return null;
  return `${verdict.reason}; in iptables mode the node's own packet is not refused but leaves the node`;
}

/** Says so where the verdict rests on a client's address that was not given. */
function reasonOf(verdict: PacketVerdict, arrival: Arrival, port: ProxiedPort): string {
  const unknown = arrival.source === null && verdict.path === 'loadbalancer' && port.sourceRanges.length > 0;
  if (!unknown) return verdict.reason;
  const ranges = port.sourceRanges.map((range) => range.text).join(', ');
  return `loadBalancerSourceRanges admits only ${ranges}; name the client as outside/IP to tell`;
}

function departureOf(proxy: NodeProxy, origin: Origin, port: ProxiedPort, arrival: Arrival, verdict: PacketVerdict): Departure {
  const fromPodNetwork = origin.podNetwork && origin.node === arrival.entryNode;
  return {node: arrival.entryNode, proxy, family: port.family, source: arrival.source, fromPodNetwork, masquerade: verdict.masquerade};
}

function withSources(view: ClusterView, departure: Departure, sets: RouteSets): readonly RouteEndpoint[] {
  // field by field: a spread copy of each endpoint is what a question would cost most
  return sets.chosen.map(({address, port: number, pod, node, zone, state, probability}) => ({
    address,
    port: number,
    pod,
    node,
    zone,
    state,
    probability,
    sourceSeen: sourceSeenBy(view, departure, address),
  }));
}

/** The one address that all see; undefined where they differ: a pod that reaches itself, gateways of pod networks. */
function agreedSource(endpoints: readonly RouteEndpoint[]): string | null | undefined {
  const first = endpoints[0]?.sourceSeen;
  return endpoints.every(({sourceSeen}) => sourceSeen === first) ? first : undefined;
}

/** What the rule gives in general. */
function generalSource(view: ClusterView, departure: Departure): string | null {
  return departure.masquerade
    ? sourceSeenBy({...view, options: {...view.options, masqueradeToPodGateway: false}}, departure, '')
    : departure.source;
}

function lastSteps(
  arrival: Arrival,
  port: ProxiedPort,
  verdict: PacketVerdict,
  endpoints: readonly RouteEndpoint[],
  agreed: string | null | undefined,
  missed: string | null,
): readonly RouteStep[] {
  const at = `node/${arrival.entryNode}`;
  if (missed !== null) return [{at, action: 'drop', detail: missed}];
  if (verdict.verdict === 'reject' || verdict.verdict === 'drop') return [{at, action: verdict.verdict, detail: verdict.reason}];
  if (verdict.verdict === 'ignore') return [];
  const dnat: RouteStep = {
    at,
    action: 'dnat',
    detail: `${hostPort(arrival.address, arrival.number)} -> ${targets(endpoints)}${share(port, endpoints)}`,
  };
  const sources =
    agreed === undefined && endpoints.length > 0
      ? [...new Set(endpoints.map(({sourceSeen}) => sourceSeen ?? 'the client'))].join(' or ')
      : (agreed ?? 'the client');
  // where they differ, not all can see the source
  const changed = endpoints.length > 0 && agreed !== arrival.source;
  const masquerade: RouteStep = {at, action: 'masquerade', detail: `${arrival.source ?? 'the client'} -> ${sources}`};
  const [only] = endpoints;
  const to = endpoints.length === 1 && only?.pod ? `pod/${only.pod}` : 'endpoint';
  const deliver: RouteStep = {at: to, action: 'deliver', detail: `the server sees ${sources}`};
  return changed ? [dnat, masquerade, deliver] : [dnat, deliver];
}

const MOST_TARGETS = 8;

function targets(endpoints: readonly RouteEndpoint[]): string {
  if (endpoints.length > MOST_TARGETS) return `one of ${endpoints.length} endpoints`;
  const names = endpoints.map(({address, port}) => hostPort(address, port)).join(', ');
  return endpoints.length === 1 ? names : `one of ${names}`;
}

function share(port: ProxiedPort, endpoints: readonly RouteEndpoint[]): string {
  if (endpoints.length === 1) return '';
  if (port.affinitySeconds !== null) return `; the first connection chooses, and the same source keeps to it for ${port.affinitySeconds} s`;
  return '; each new connection chooses anew';
}
