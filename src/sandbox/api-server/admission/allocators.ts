import type {Cidr} from '../../../ip/index.ts';
import {addressNumber, cidrContains, numberToAddress, parseCidr} from '../../../ip/index.ts';
import type {IpFamily, KubernetesObject} from '../../../model/index.ts';
import {isSame} from './rules/same.ts';
import type {ServiceObject} from './service/types.ts';

export interface AllocatorOptions {
  /** Service ranges, the primary family first. Default `10.96.0.0/16` and `fd00:10:96::/112`. */
  readonly serviceCidrs?: readonly string[];
  /** Inclusive. Default 30000 to 32767. */
  readonly nodePorts?: {readonly from: number; readonly to: number};
  /** A number from 0 (included) to 1 (excluded); decides which free value is taken. */
  readonly random: () => number;
}

/** Who holds which cluster IP and node port. It is an index of the stored Services, so a dry run or a failed write leaves no trace. */
export interface ServiceAllocators {
  /** The primary one first. */
  readonly families: readonly IpFamily[];
  /** Brings the index up to date after a write: `before` null on create, `after` null on delete. Whatever is no Service is ignored. */
  track(before: KubernetesObject | null, after: KubernetesObject | null): void;
  /** Why an address cannot be had, or null. A dry run looks at the range alone. */
  refuseIP(address: string, dryRun?: boolean): string | null;
  /** A free address, preferably above the band that is left to static choice (KEP-3070); null where the range is full. */
  nextIP(family: IpFamily, dryRun?: boolean): string | null;
  /** Why a node port cannot be had, or null. `taken` are those of the request itself. */
  refusePort(port: number, taken: ReadonlySet<number>): string | null;
  /** A free node port, preferably above the static band (KEP-3668); null where all are taken. */
  nextPort(taken: ReadonlySet<number>, dryRun?: boolean): number | null;
}

/** Starts an empty index; call `track(null, service)` for each stored Service. */
export function createAllocators(options: AllocatorOptions): ServiceAllocators {
  const ranges = (options.serviceCidrs ?? ['10.96.0.0/16', 'fd00:10:96::/112']).map(rangeOf);
  const {from, to} = options.nodePorts ?? {from: 30000, to: 32767};
  const ips = new Holders<string>();
  const ports = new Holders<number>();
  const portBand = band(to - from + 1, 32, 128);
  return {
    families: ranges.map(({cidr}) => cidr.family),
    track(before, after) {
      if (before !== null) change(before, (holder, used) => release(holder, used, ips, ports));
      if (after !== null) change(after, (holder, used) => hold(holder, used, ips, ports));
    },
    refuseIP(address, dryRun) {
      const range = ranges.find(({cidr}) => (cidr.family === 'IPv6') === address.includes(':'));
      if (range === undefined || !cidrContains(range.cidr, address)) return 'the provided network does not match the current range';
      const offset = Number(addressNumber(address) - range.cidr.network) - 1;
      if (offset < 0 || offset >= range.size) return notInRange(address, range);
      return !dryRun && ips.has(canonical(address)) ? 'provided IP is already allocated' : null;
    },
    nextIP(family, dryRun) {
      const range = ranges.find(({cidr}) => cidr.family === family);
      if (range === undefined) return null;
      if (dryRun) return numberToAddress(range.cidr.network, family);
      const addressAt = (offset: number) => numberToAddress(range.cidr.network + 1n + BigInt(offset), family);
      const offset = pick(range.size, band(range.size, 16, 256), options.random, (each) => !ips.has(addressAt(each)));
      return offset === null ? null : addressAt(offset);
    },
    refusePort(port, taken) {
      if (port < from || port > to) return `provided port is not in the valid range. The range of valid ports is ${from}-${to}`;
      return ports.has(port) || taken.has(port) ? 'provided port is already allocated' : null;
    },
    nextPort(taken, dryRun) {
      // a dry run takes nothing: it names a number above those of the request, or above the range
      if (dryRun) return (taken.size === 0 ? 32_768 : Math.max(...taken)) + 1;
      const offset = pick(to - from + 1, portBand, options.random, (each) => !ports.has(from + each) && !taken.has(from + each));
      return offset === null ? null : from + offset;
    },
  };
}

/** The addresses of a range that Services can have: not the network's own, nor IPv4's broadcast address. */
interface Range {
  readonly cidr: Cidr;
  readonly size: number;
}

function rangeOf(text: string): Range {
  const cidr = parseCidr(text);
  if (cidr === null) throw new Error(`no range of addresses: ${text}`);
  const addresses = 2 ** Math.min((cidr.family === 'IPv6' ? 128 : 32) - cidr.bits, 32);
  return {cidr, size: cidr.family === 'IPv6' ? addresses - 1 : addresses - 2};
}

function notInRange(address: string, range: Range): string {
  return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range.cidr.text}`;
}

/** How many values at the start are left to static choice: a share of the range, from 16 up to `most`. */
function band(size: number, share: number, most: number): number {
  return size <= 16 ? 0 : Math.min(Math.max(16, Math.floor(size / share)), most);
}

/** The first free offset from a random start on, above the static band first. */
function pick(size: number, static_: number, random: () => number, isFree: (offset: number) => boolean): number | null {
  return firstFree(static_, size, random, isFree) ?? firstFree(0, static_, random, isFree);
}

function firstFree(from: number, to: number, random: () => number, isFree: (offset: number) => boolean): number | null {
  const count = to - from;
  const start = Math.floor(random() * count);
  for (let step = 0; step < count; step++) {
    const offset = from + ((start + step) % count);
    if (isFree(offset)) return offset;
  }
  return null;
}

/** Values and the Services that hold them: more than one only where older data says so. */
class Holders<Value> {
  readonly #holders = new Map<Value, Set<string>>();
  has(value: Value): boolean {
    return this.#holders.has(value);
  }
  add(value: Value, holder: string): void {
    const known = this.#holders.get(value);
    if (known === undefined) this.#holders.set(value, new Set([holder]));
    else known.add(holder);
  }
  remove(value: Value, holder: string): void {
    const known = this.#holders.get(value);
    known?.delete(holder);
    if (known?.size === 0) this.#holders.delete(value);
  }
}

interface Used {
  readonly ips: readonly string[];
  readonly ports: readonly number[];
}

function change(object: KubernetesObject, apply: (holder: string, used: Used) => void): void {
  if (object.kind !== 'Service' || !isSame(object.apiVersion, 'v1')) return;
  const {spec} = object as ServiceObject;
  const ips = [...(spec?.clusterIPs ?? []), ...(spec?.clusterIP ? [spec.clusterIP] : [])].filter((ip) => ip !== 'None' && ip !== '');
  const ports = [...(spec?.ports ?? []).map((port) => port.nodePort ?? 0), spec?.healthCheckNodePort ?? 0].filter((port) => port !== 0);
  apply(`${object.metadata?.namespace}/${object.metadata?.name}`, {ips: ips.map(canonical), ports});
}

function hold(holder: string, used: Used, ips: Holders<string>, ports: Holders<number>): void {
  for (const ip of used.ips) ips.add(ip, holder);
  for (const port of used.ports) ports.add(port, holder);
}

function release(holder: string, used: Used, ips: Holders<string>, ports: Holders<number>): void {
  for (const ip of used.ips) ips.remove(ip, holder);
  for (const port of used.ports) ports.remove(port, holder);
}

function canonical(address: string): string {
  return numberToAddress(addressNumber(address), address.includes(':') ? 'IPv6' : 'IPv4');
}
