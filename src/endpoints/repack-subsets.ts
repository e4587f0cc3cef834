import {pointer, sortByHash} from './go-hash.ts';
import type {TargetRef} from './slice.ts';

// Subsets of the old Endpoints kind in their canonical layout (pkg/api/v1/endpoints/util.go).

export type EndpointsAddress = {
  readonly ip: string;
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly targetRef?: TargetRef & {readonly apiVersion?: string; readonly resourceVersion?: string; readonly fieldPath?: string};
};

export type EndpointsPort = {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
};

export type EndpointsSubset = {
  readonly addresses?: readonly EndpointsAddress[];
  readonly notReadyAddresses?: readonly EndpointsAddress[];
  readonly ports?: readonly EndpointsPort[];
};

interface PortAddresses {
  readonly port: EndpointsPort | null;
  /** Keys of addresses to whether they are ready. */
  readonly ready: Map<string, boolean>;
}

/**
 * The same addresses and ports with each set of addresses once, and under it all ports that exactly this set offers. An address (with its
 * pod's uid) that is ready in one place and not in another is not ready.
 *
 * Ports that name an application protocol are never put together with another, unless `sameService` says that all come from one Service:
 * upstream compares that field by pointer, and each port of an object that was read has its own.
 */
export function repackSubsets(subsets: readonly EndpointsSubset[], sameService = false): readonly EndpointsSubset[] {
  const addresses = new Map<string, EndpointsAddress>();
  const byPort = new Map<string, PortAddresses>();
  for (const subset of subsets) {
    for (const port of subset.ports?.length ? subset.ports : [null]) addSubset(subset, port, {addresses, byPort, sameService});
  }
  const packed = [...groupByAddresses(byPort).values()].map((ports) => packGroup(ports, addresses));
  return sortByHash(packed, printSubset);
}

interface Packing {
  readonly addresses: Map<string, EndpointsAddress>;
  readonly byPort: Map<string, PortAddresses>;
  readonly sameService: boolean;
}

function addSubset(subset: EndpointsSubset, port: EndpointsPort | null, {addresses, byPort, sameService}: Packing): void {
  const lists = [
    ...(subset.addresses ?? []).map((address) => ({address, ready: true})),
    ...(subset.notReadyAddresses ?? []).map((address) => ({address, ready: false})),
  ];
  if (lists.length === 0) return;
  const alone = !sameService && port?.appProtocol !== undefined;
  const portKey = port === null ? '' : `${printPort(port)}${alone ? byPort.size : ''}`;
  const entry = byPort.get(portKey) ?? {port: port === null || port.port <= 0 ? null : port, ready: new Map<string, boolean>()};
  byPort.set(portKey, entry);
  for (const {address, ready} of lists) {
    const key = `${address.ip} ${address.targetRef?.uid ?? ''}`;
    if (!addresses.has(key)) addresses.set(key, address);
    entry.ready.set(key, ready && (entry.ready.get(key) ?? true));
  }
}

function groupByAddresses(byPort: ReadonlyMap<string, PortAddresses>): ReadonlyMap<string, readonly PortAddresses[]> {
  const groups = new Map<string, PortAddresses[]>();
  for (const entry of byPort.values()) {
    const key = [...entry.ready]
      .map(([address, ready]) => `${address} ${ready}`)
      .sort()
      .join('\n');
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return groups;
}

function packGroup(entries: readonly PortAddresses[], addresses: ReadonlyMap<string, EndpointsAddress>): EndpointsSubset {
  const states = [...(entries[0]?.ready ?? [])];
  const pick = (wanted: boolean) => states.flatMap(([key, ready]) => (ready === wanted ? (addresses.get(key) ?? []) : [])).sort(byIpAndUid);
  const ports = entries.flatMap((entry) => entry.port ?? []);
  return subsetOf(pick(true), pick(false), sortByHash(ports, printPort));
}

/** A subset without the lists that would be empty. */
export function subsetOf(
  addresses: readonly EndpointsAddress[],
  notReadyAddresses: readonly EndpointsAddress[],
  ports: readonly EndpointsPort[],
): EndpointsSubset {
  return {
    ...(addresses.length > 0 ? {addresses} : {}),
    ...(notReadyAddresses.length > 0 ? {notReadyAddresses} : {}),
    ...(ports.length > 0 ? {ports} : {}),
  };
}

/** By the characters of the address, then by the pod's uid, those without a pod first. */
function byIpAndUid(a: EndpointsAddress, b: EndpointsAddress): number {
  if (a.ip !== b.ip) return a.ip < b.ip ? -1 : 1;
  const [left, right] = [a.targetRef?.uid ?? '', b.targetRef?.uid ?? ''];
  if (a.targetRef === undefined || b.targetRef === undefined) return Number(b.targetRef === undefined) - Number(a.targetRef === undefined);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A subset as Go prints it; two subsets are equal where their prints are. The pod's resourceVersion is left out of `printAddress`' input by callers. */
export function printSubset(subset: EndpointsSubset): string {
  const addresses = listOf('v1.EndpointAddress', subset.addresses, addressFields);
  const notReady = listOf('v1.EndpointAddress', subset.notReadyAddresses, addressFields);
  const ports = listOf('v1.EndpointPort', subset.ports, portFields);
  return `(v1.EndpointSubset){Addresses:${addresses} NotReadyAddresses:${notReady} Ports:${ports}}`;
}

function listOf<T>(type: string, items: readonly T[] | undefined, print: (item: T) => string): string {
  return items === undefined || items.length === 0 ? `([]${type})<nil>` : `([]${type})[${items.map(print).join(' ')}]`;
}

function printPort(port: EndpointsPort): string {
  return `(v1.EndpointPort)${portFields(port)}`;
}

function portFields(port: EndpointsPort): string {
  const appProtocol = pointer('string', port.appProtocol);
  return `{Name:(string)${port.name ?? ''} Port:(int32)${port.port} Protocol:(v1.Protocol)${port.protocol ?? ''} AppProtocol:${appProtocol}}`;
}

function addressFields(address: EndpointsAddress): string {
  const head = `IP:(string)${address.ip} Hostname:(string)${address.hostname ?? ''} NodeName:${pointer('string', address.nodeName)}`;
  return `{${head} TargetRef:(*v1.ObjectReference)${targetFields(address.targetRef)}}`;
}

function targetFields(target: EndpointsAddress['targetRef']): string {
  if (target === undefined) return '<nil>';
  const {kind = '', namespace = '', name = '', uid = '', apiVersion = '', resourceVersion = '', fieldPath = ''} = target;
  const what = `Kind:(string)${kind} Namespace:(string)${namespace} Name:(string)${name} UID:(types.UID)${uid}`;
  return `{${what} APIVersion:(string)${apiVersion} ResourceVersion:(string)${resourceVersion} FieldPath:(string)${fieldPath}}`;
}
