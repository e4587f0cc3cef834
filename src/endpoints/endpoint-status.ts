import type {ClusterView, Endpoint, EndpointSlice, EndpointStatus, ObjectRef, Service} from '../model/index.ts';
import {type NotReady, whyNotReady} from './not-ready.ts';

interface Entry {
  readonly slice: EndpointSlice;
  readonly endpoint: Endpoint;
}

/**
 * The endpoints of a Service, merged over its slices and address families, in order of address, each with the reason where it isn't ready.
 * The ports of one address in one state are put together. Where two slices tell different states of one address and port, that of the
 * same pod's newer slice stands, and of two pods' that of the ready one (both may be seen while the controller moves endpoints).
 */
export function endpointStatuses(view: ClusterView, service: Service): readonly EndpointStatus[] {
  return statusesByAddress(view, service)
    .map(({address, statuses}) => ({key: sortable(address), statuses}))
    .sort((a, b) => compareText(a.key, b.key))
    .flatMap(({statuses}) => statuses.toSorted((a, b) => compareText(a.slice, b.slice)));
}

/** The same in the order of the slices: followers of large Services come here with each change, and put in order no more than what changed. */
export function unorderedStatuses(view: ClusterView, service: Service): readonly EndpointStatus[] {
  return statusesByAddress(view, service).flatMap(({statuses}) => statuses);
}

function statusesByAddress(view: ClusterView, service: Service): readonly {address: string; statuses: readonly EndpointStatus[]}[] {
  const slices = view.slicesOf.get(`${service.namespace}/${service.name}`) ?? [];
  const byAddress = new Map<string, Entry[]>();
  for (const slice of slices) {
    if (slice.addressType === 'FQDN') continue;
    for (const endpoint of slice.endpoints) {
      const group = byAddress.get(endpoint.address);
      if (group === undefined) byAddress.set(endpoint.address, [{slice, endpoint}]);
      else group.push({slice, endpoint});
    }
  }
  const ref = {kind: 'Service', namespace: service.namespace, name: service.name};
  return [...byAddress].map(([address, group]) => ({address, statuses: mergeAddress(view, ref, address, group)}));
}

function mergeAddress(view: ClusterView, service: ObjectRef, address: string, entries: readonly Entry[]): readonly EndpointStatus[] {
  const statuses: EndpointStatus[] = [];
  const taken = new Set<string>();
  const [only, other] = entries;
  if (only !== undefined && other === undefined) return [statusOf(view, service, address, only, portsOf(only.slice))];
  for (const entry of entries.toSorted(betterFirst)) {
    const all = portsOf(entry.slice);
    const ports = all.filter((port) => !taken.has(`${port.protocol} ${port.port}`));
    if (ports.length === 0 && (all.length > 0 || statuses.length > 0)) continue;
    for (const port of ports) taken.add(`${port.protocol} ${port.port}`);
    const same = statuses.findIndex((status) => sameState(status, entry.endpoint));
    const found = statuses[same];
    if (found === undefined) statuses.push(statusOf(view, service, address, entry, ports));
    else statuses[same] = {...found, ports: [...found.ports, ...ports]};
  }
  return statuses;
}

function portsOf({ports}: EndpointSlice): EndpointStatus['ports'] {
  return ports.map((port) => ({name: port.name || null, port: port.port, protocol: port.protocol}));
}

function betterFirst(a: Entry, b: Entry): number {
  const [left, right] = [a.endpoint, b.endpoint];
  const samePod = left.pod !== null && left.pod.uid !== '' && left.pod.uid === right.pod?.uid;
  if (samePod) return compareText(b.slice.createdAt ?? '', a.slice.createdAt ?? '') || b.slice.generation - a.slice.generation;
  return (
    Number(right.ready) - Number(left.ready) ||
    Number(left.terminating) - Number(right.terminating) ||
    compareText(a.slice.name, b.slice.name)
  );
}

function sameState(status: EndpointStatus, endpoint: Endpoint): boolean {
  return (
    status.ready === endpoint.ready &&
    status.serving === endpoint.serving &&
    status.terminating === endpoint.terminating &&
    status.pod === (endpoint.pod?.name ?? null)
  );
}

function statusOf(view: ClusterView, service: ObjectRef, address: string, entry: Entry, ports: EndpointStatus['ports']): EndpointStatus {
  const {slice, endpoint} = entry;
  const why = endpoint.ready ? null : reasonFor(view, slice, endpoint);
  return {
    service,
    address,
    family: address.includes(':') ? 'IPv6' : 'IPv4',
    ports,
    ready: endpoint.ready,
    serving: endpoint.serving,
    terminating: endpoint.terminating,
    pod: endpoint.pod?.name ?? null,
    node: endpoint.nodeName,
    zone: endpoint.zone,
    hints: {zones: endpoint.zoneHints, nodes: endpoint.nodeHints},
    slice: slice.name,
    managedBy: slice.managedBy,
    reason: why?.reason ?? null,
    detail: why?.detail ?? null,
    since: why?.since ?? null,
  };
}

function reasonFor(view: ClusterView, slice: EndpointSlice, endpoint: Endpoint): NotReady {
  const by = slice.managedBy === '' ? 'made by hand' : `managed by ${slice.managedBy}`;
  if (endpoint.pod === null) return {reason: 'NotReady', detail: `slice ${slice.name} (${by}) says so`, since: null};
  const pod = view.pods.get(`${endpoint.pod.namespace || slice.namespace}/${endpoint.pod.name}`);
  if (pod === undefined) {
    const reason = endpoint.terminating ? 'Terminating' : 'NotReady';
    return {reason, detail: `pod ${endpoint.pod.name} is not known; slice ${slice.name} (${by}) says so`, since: null};
  }
  const detail = `pod ${pod.name} is ready, but slice ${slice.name} (${by}) does not say so (yet)`;
  return whyNotReady(view, pod) ?? {reason: 'SliceOutdated', detail, since: null};
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** IPv4 before IPv6, then by number as people expect it: 10.0.0.9 before 10.0.0.10. */
export function compareAddresses(a: string, b: string): number {
  return compareText(sortable(a), sortable(b));
}

/** A text whose order is that of the addresses: a character for each byte, or for each group of an IPv6 address. */
function sortable(address: string): string {
  if (!address.includes(':')) return `4${String.fromCharCode(...address.split('.').map(Number))}`;
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) =>
    text
      .split(':')
      .filter((group) => group !== '')
      .map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({length: Math.max(0, 8 - before.length - after.length)}, () => 0);
  return `6${String.fromCharCode(...before, ...zeros, ...after)}`;
}
