import {ipv4Number} from './address.ts';
import {addressNumber, type Cidr} from './cidr.ts';

/** Many ranges as one, asked in a time that does not grow with their number: a large cluster has one of pods per node. */
export interface CidrSet {
  readonly size: number;
  /** Whether one of the ranges holds the address, which must be in canonical spelling. */
  has(address: string): boolean;
}

/** The ranges by their length: an address is looked up once for each length that there is, usually one. */
export function cidrSet(ranges: readonly Cidr[]): CidrSet {
  const v4 = new Map<number, Set<number>>();
  const v6 = new Map<bigint, Set<bigint>>();
  for (const range of ranges) {
    if (range.family === 'IPv4') add(v4, 2 ** (32 - range.bits), range.leading);
    else add(v6, BigInt(128 - range.bits), range.network >> BigInt(128 - range.bits));
  }
  return {
    size: ranges.length,
    has: (address) => (address.includes(':') ? hasV6(v6, address) : hasV4(v4, address)),
  };
}

function add<Key, Value>(sets: Map<Key, Set<Value>>, key: Key, value: Value): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function hasV4(sets: ReadonlyMap<number, ReadonlySet<number>>, address: string): boolean {
  if (sets.size === 0) return false;
  const value = ipv4Number(address);
  for (const [divisor, leading] of sets) if (leading.has(Math.floor(value / divisor))) return true;
  return false;
}

function hasV6(sets: ReadonlyMap<bigint, ReadonlySet<bigint>>, address: string): boolean {
  if (sets.size === 0) return false;
  const value = addressNumber(address);
  for (const [shift, leading] of sets) if (leading.has(value >> shift)) return true;
  return false;
}
