import {compareAddresses} from '../ip/index.ts';
import type {ClusterView, EndpointSlice, ExcludedEndpoint, Pod, RouteEndpoint} from '../model/index.ts';
import {isReady, type PortEndpoint} from './endpoint-set.ts';
import type {EndpointVerdict} from './judge-endpoints.ts';
import {slicesOf} from './port-endpoints.ts';
import type {Outcome, PortJudgement} from './port-judgement.ts';
import type {ProxiedPort} from './service-port.ts';

/** The endpoints of one outcome as a route shows them, and those that it leaves out. */
export interface RouteSets {
  readonly chosen: readonly Omit<RouteEndpoint, 'sourceSeen'>[];
  readonly excluded: readonly ExcludedEndpoint[];
}

interface Known {
  readonly pods: ReadonlyMap<string, Pod>;
  readonly sets: RouteSets;
}

/** Kept per outcome, which is immutable, and made anew where the pods changed, whose conditions explain what is not ready. */
const known = new WeakMap<Outcome, Known>();

/** What a route of this outcome shows. */
export function routeSets(view: ClusterView, port: ProxiedPort, judged: PortJudgement, outcome: Outcome): RouteSets {
  const before = known.get(outcome);
  if (before !== undefined && before.pods === view.pods) return before.sets;
  const sets = buildSets(view, port, judged, outcome);
  known.set(outcome, {pods: view.pods, sets});
  return sets;
}

function buildSets(view: ClusterView, port: ProxiedPort, judged: PortJudgement, outcome: Outcome): RouteSets {
  const set = outcome.trafficPolicy === 'Local' ? 'local' : 'cluster';
  const left = judged.judgement.verdicts.flatMap(({endpoint, ...verdicts}) => {
    const verdict = verdicts[set] ?? verdicts.local ?? verdicts.cluster;
    return verdict === null || verdict.used ? [] : [excludedOf(view, endpoint, verdict)];
  });
  const all = judged.judgement.verdicts.map(({endpoint}) => endpoint);
  return {
    chosen: outcome.chosen.map((endpoint) => ({
      ...shown(view, endpoint),
      state: isReady(endpoint) ? 'ready' : 'serving-terminating',
      probability: 1 / outcome.chosen.length,
    })),
    excluded: sortByAddress([...left, ...unfit(slicesOf(view, port.service), port, all)]),
  };
}

function shown(view: ClusterView, endpoint: PortEndpoint) {
  const zone = endpoint.zone ?? (endpoint.nodeName === null ? null : (view.nodes.get(endpoint.nodeName)?.zone ?? null));
  return {address: endpoint.address, port: endpoint.port, pod: endpoint.pod?.name ?? null, node: endpoint.nodeName, zone};
}

/** One endpoint left out, in the words of its pod where that says more than the slice. */
export function excludedOf(view: ClusterView, endpoint: PortEndpoint, verdict: EndpointVerdict & {readonly used: false}): ExcludedEndpoint {
  const detail = verdict.reason === 'NotReady' ? (podTrouble(view, endpoint) ?? verdict.detail) : verdict.detail;
  const {address, port, pod, nodeName} = endpoint;
  return {address, port, pod: pod?.name ?? null, node: nodeName, reason: verdict.reason, detail};
}

/** What the pod's own conditions say about not being ready. */
function podTrouble(view: ClusterView, endpoint: PortEndpoint): string | null {
  const pod = endpoint.pod === null ? undefined : view.pods.get(`${endpoint.pod.namespace}/${endpoint.pod.name}`);
  const status = pod?.object['status'] as
    | {conditions?: readonly {type?: string; status?: string; message?: string; reason?: string}[]}
    | undefined;
  const conditions = Array.isArray(status?.conditions) ? status.conditions : [];
  const trouble = conditions.find(({type, status: value}) => type === 'Ready' && value === 'False');
  return trouble?.message || trouble?.reason || null;
}

/** Endpoints of the Service's slices that never come into question for this port: the port is missing, or the address is of the other family. */
export function unfit(
  slices: readonly EndpointSlice[],
  port: Pick<ProxiedPort, 'name' | 'protocol' | 'family'>,
  considered: readonly PortEndpoint[],
): readonly ExcludedEndpoint[] {
  const addresses = new Set(considered.map((endpoint) => endpoint.address));
  const pods = new Set(slices.flatMap((slice) => (slice.addressType === port.family ? slice.endpoints.map(({pod}) => pod?.name) : [])));
  const found = new Map<string, ExcludedEndpoint>();
  for (const slice of slices) {
    const ofFamily = slice.addressType === port.family;
    for (const {address, pod, nodeName} of slice.endpoints) {
      if (ofFamily ? addresses.has(address) : pod !== null && pods.has(pod.name)) continue;
      const why = ofFamily ? noSuchPort(slice, port) : wrongFamily(slice, port);
      found.set(address, {address, port: null, pod: pod?.name ?? null, node: nodeName, ...why});
    }
  }
  return [...found.values()];
}

function noSuchPort(slice: EndpointSlice, port: Pick<ProxiedPort, 'name' | 'protocol'>) {
  const has = slice.ports.map(({name, protocol}) => `${name || 'unnamed'} ${protocol}`).join(', ') || 'none';
  return {
    reason: 'NoSuchPort',
    detail: `its slice ${slice.name} lacks port ${port.name || 'unnamed'} ${port.protocol} (it has: ${has})`,
  } as const;
}

function wrongFamily(slice: EndpointSlice, port: Pick<ProxiedPort, 'family'>) {
  return {reason: 'WrongFamily', detail: `${slice.addressType} in slice ${slice.name}; this path is ${port.family}`} as const;
}

function sortByAddress(endpoints: readonly ExcludedEndpoint[]): readonly ExcludedEndpoint[] {
  return [...endpoints].sort((left, right) => compareAddresses(left.address, right.address));
}
