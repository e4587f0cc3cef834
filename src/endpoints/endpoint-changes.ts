import {hostPort} from '../ip/index.ts';
import type {ClusterView, EndpointChange, EndpointSlice, EndpointStatus, NamespacedName, ObjectRef, Service} from '../model/index.ts';
import {compareAddresses, unorderedStatuses} from './endpoint-status.ts';
import {matchesSelector} from './selectors.ts';

/** What changed between two states of a cluster, without the time, which is the observer's. */
export type ViewedChange = Omit<EndpointChange, 'time'>;

/**
 * The changes to endpoints from one state of a cluster to a later one, each with why, as far as the objects tell. Only Services whose slices
 * differ are looked at, so that following a watch costs what changed and not what is there. `only` limits it to some Services.
 */
export function endpointChanges(before: ClusterView, after: ClusterView, only?: readonly NamespacedName[]): readonly ViewedChange[] {
  const keys = only?.map((service) => `${service.namespace}/${service.name}`) ?? [
    ...new Set([...before.services.keys(), ...after.services.keys()]),
  ];
  const changed = keys.filter(
    (key) => before.slicesOf.get(key) !== after.slicesOf.get(key) || before.services.has(key) !== after.services.has(key),
  );
  return changed.sort().flatMap((key) => serviceChanges(before, after, key));
}

type Change = ViewedChange & {readonly before: EndpointStatus | null; readonly after: EndpointStatus | null};

function byAddress(a: Change, b: Change): number {
  const [left, right] = [a.after ?? a.before, b.after ?? b.before];
  return compareAddresses(left?.address ?? '', right?.address ?? '') || ((left?.slice ?? '') < (right?.slice ?? '') ? -1 : 1);
}

function serviceChanges(before: ClusterView, after: ClusterView, key: string): readonly ViewedChange[] {
  const old = statusesOf(before, key);
  const now = statusesOf(after, key);
  const [namespace = '', name = ''] = key.split('/');
  const service: ObjectRef = {kind: 'Service', namespace, name};
  const [left, came]: [Change[], Change[]] = [[], []];
  for (const [id, status] of old) {
    const next = now.get(id) ?? null;
    if (next === null) {
      left.push({
        type: 'removed',
        service,
        endpoint: nameOf(status),
        before: status,
        after: null,
        reason: whyRemoved(before, after, key, status),
      });
    } else {
      const reason = whatChanged(status, next);
      if (reason !== null) left.push({type: 'changed', service, endpoint: nameOf(next), before: status, after: next, reason});
    }
  }
  for (const [id, status] of now) {
    if (!old.has(id))
      came.push({
        type: 'added',
        service,
        endpoint: nameOf(status),
        before: null,
        after: status,
        reason: whyAdded(before, after, key, status),
      });
  }
  return [...left.sort(byAddress), ...came.sort(byAddress)];
}

type Statuses = ReadonlyMap<string, EndpointStatus>;

interface Latest {
  readonly slices: readonly EndpointSlice[];
  readonly pods: ClusterView['pods'];
  readonly statuses: Statuses;
}

/** What was after a Service's last change is before its next: it is worked out once, as long as all that it was made of is the same. */
const latest = new WeakMap<Service, Latest>();

/** Endpoints by what makes them the same one over time: the address, and the pod behind it. */
function statusesOf(view: ClusterView, key: string): Statuses {
  const service = view.services.get(key);
  const slices = view.slicesOf.get(key);
  if (service === undefined || slices === undefined) return new Map();
  const known = latest.get(service);
  if (known?.slices === slices && known.pods === view.pods) return known.statuses;
  const statuses = new Map(unorderedStatuses(view, service).map((status) => [`${status.address} ${status.pod ?? ''}`, status]));
  latest.set(service, {slices, pods: view.pods, statuses});
  return statuses;
}

function nameOf(status: EndpointStatus): string {
  const port = status.ports[0]?.port;
  return port == null ? status.address : hostPort(status.address, port);
}

/** What else may change of an endpoint. Compared by hand: a follower of many changes comes here for every endpoint of a Service each time. */
const PARTS: readonly (readonly [part: string, isSame: (a: EndpointStatus, b: EndpointStatus) => boolean])[] = [
  [
    'ports',
    (a, b) =>
      sameItems(a.ports, b.ports, (one, other) => one.name === other.name && one.port === other.port && one.protocol === other.protocol),
  ],
  ['hints', (a, b) => sameItems(a.hints.zones, b.hints.zones, Object.is) && sameItems(a.hints.nodes, b.hints.nodes, Object.is)],
  ['node', (a, b) => a.node === b.node],
  ['zone', (a, b) => a.zone === b.zone],
];

function sameItems<Item>(a: readonly Item[], b: readonly Item[], isSame: (one: Item, other: Item) => boolean): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index] as Item));
}

function whatChanged(before: EndpointStatus, after: EndpointStatus): string | null {
  const told = after.detail === null ? '' : `: ${after.detail}`;
  if (!before.terminating && after.terminating) return `terminating${told}`;
  if (before.ready !== after.ready) return after.ready ? 'became ready' : `no longer ready${told}`;
  if (before.serving !== after.serving) return after.serving ? 'serves again' : 'no longer serving';
  const parts = PARTS.filter(([, isSame]) => !isSame(before, after)).map(([part]) => part);
  return parts.length === 0 ? null : `${parts.join(', ')} changed`;
}

function whyRemoved(before: ClusterView, after: ClusterView, key: string, status: EndpointStatus): string {
  const service = after.services.get(key);
  if (service === undefined) return 'the Service was deleted';
  if (status.pod === null) return 'taken out of its slice';
  const pod = after.pods.get(`${service.namespace}/${status.pod}`);
  if (pod === undefined) return `pod ${status.pod} is gone`;
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed') return `pod ${pod.name} is at its end: phase ${pod.phase}`;
  return unselected(before.services.get(key), service, pod) ?? `taken out of its slice, though pod ${pod.name} is there`;
}

function unselected(
  before: Service | undefined,
  service: Service,
  pod: {readonly name: string; readonly labels: Readonly<Record<string, string>>},
) {
  const {selector} = service;
  if (selector === null || matchesSelector(selector, pod.labels)) return null;
  if (JSON.stringify(before?.selector) !== JSON.stringify(selector)) return 'the selector changed';
  const missed = Object.entries(selector).find(([label, value]) => pod.labels[label] !== value);
  return `pod ${pod.name} no longer has label ${missed?.join('=') ?? ''}`;
}

function whyAdded(before: ClusterView, after: ClusterView, key: string, status: EndpointStatus): string {
  const state = status.ready ? 'ready' : `not ready${status.detail === null ? '' : `: ${status.detail}`}`;
  const service = after.services.get(key);
  const earlier = before.services.get(key);
  if (earlier === undefined) return `the Service is new; ${state}`;
  const old = status.pod === null ? undefined : before.pods.get(`${service?.namespace}/${status.pod}`);
  if (status.pod === null) return `put into slice ${status.slice}; ${state}`;
  if (old !== undefined && !matchesSelector(earlier.selector, old.labels)) return `the selector matches pod ${status.pod} now; ${state}`;
  return `pod ${status.pod} got its address; ${state}`;
}
