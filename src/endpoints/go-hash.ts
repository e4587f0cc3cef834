import type {SlicePort} from './slice.ts';

// The controllers order ports and subsets by a hash over Go's print of them (k8s.io/utils/dump, FNV-128a). The order has no meaning,
// but it shows in every listing of a cluster, so it is reproduced.

const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x1000000000000000000013bn;
const MASK = (1n << 128n) - 1n;

/** FNV-1a of 128 bits over the text's UTF-8 bytes. */
export function fnv128a(text: string): bigint {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK;
  return hash;
}

/** Sorts by the hash of what `print` says of each item. */
export function sortByHash<T>(items: readonly T[], print: (item: T) => string): readonly T[] {
  if (items.length < 2) return items;
  const hashed = items.map((item) => ({item, hash: fnv128a(print(item))}));
  return hashed.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0)).map(({item}) => item);
}

/** A slice's ports in the controller's order. */
export function sortSlicePorts(ports: readonly SlicePort[]): readonly SlicePort[] {
  return sortByHash(ports, (port) => {
    const name = pointer('string', port.name);
    const protocol = pointer('v1.Protocol', port.protocol);
    return `(v1.EndpointPort){Name:${name} Protocol:${protocol} Port:${pointer('int32', port.port)} AppProtocol:${pointer('string', port.appProtocol)}}`;
  });
}

/** How Go prints a pointer field: a missing value is nil. */
export function pointer(type: string, value: string | number | undefined): string {
  return `(*${type})${value ?? '<nil>'}`;
}
