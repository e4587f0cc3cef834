import ipaddr from 'ipaddr.js';
import type {IpFamily} from '../model/network.ts';
import {canonicalIP, ipv4Number} from './address.ts';

/** A range of addresses. */
export interface Cidr {
  readonly text: string;
  readonly family: IpFamily;
  readonly bits: number;
  readonly network: bigint;
  /** The leading bits of an IPv4 range as a number, for quick comparison; 0 for IPv6. */
  readonly leading: number;
}

/** Parses `10.0.0.0/8`, blanks around it and host bits in it allowed as kube-proxy allows them; null for what is no range. */
export function parseCidr(text: string): Cidr | null {
  const [address, prefix, ...rest] = text.trim().split('/');
  if (address === undefined || prefix === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return null;
  const canonical = canonicalIP(address);
  if (canonical === null) return null;
  const family: IpFamily = canonical.includes(':') ? 'IPv6' : 'IPv4';
  const width = family === 'IPv6' ? 128 : 32;
  const bits = Number(prefix);
  if (bits > width) return null;
  const shift = BigInt(width - bits);
  const leading = family === 'IPv4' ? Math.floor(ipv4Number(canonical) / 2 ** (32 - bits)) : 0;
  return {text: text.trim(), family, bits, network: (addressNumber(canonical) >> shift) << shift, leading};
}

/** Whether the range holds the address; never across families. */
export function cidrContains(cidr: Cidr, address: string): boolean {
  const canonical = canonicalIP(address);
  return canonical !== null && cidrHoldsCanonical(cidr, canonical);
}

/** The same for an address that is known to be in canonical spelling: for decisions about every packet. */
export function cidrHoldsCanonical(cidr: Cidr, address: string): boolean {
  if (address.includes(':') !== (cidr.family === 'IPv6')) return false;
  if (cidr.family === 'IPv4') return Math.floor(ipv4Number(address) / 2 ** (32 - cidr.bits)) === cidr.leading;
  const shift = BigInt(128 - cidr.bits);
  return addressNumber(address) >> shift === cidr.network >> shift;
}

/** The address as a number of its width. */
export function addressNumber(address: string): bigint {
  const bytes = ipaddr.parse(address).toByteArray();
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** Orders addresses by their value, IPv4 before IPv6; what is no address comes last, as text. */
export function compareAddresses(left: string, right: string): number {
  if (left === right) return 0;
  const [a, b] = [canonicalIP(left), canonicalIP(right)];
  if (a === null || b === null) return a === b ? (left < right ? -1 : 1) : a === null ? 1 : -1;
  const [aIsV6, bIsV6] = [a.includes(':'), b.includes(':')];
  if (aIsV6 !== bIsV6) return aIsV6 ? 1 : -1;
  if (!aIsV6) return ipv4Number(a) - ipv4Number(b);
  const difference = addressNumber(a) - addressNumber(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The address that a number stands for. */
export function numberToAddress(value: bigint, family: IpFamily): string {
  const size = family === 'IPv6' ? 16 : 4;
  const bytes = Array.from({length: size}, (_, index) => Number((value >> BigInt(8 * (size - 1 - index))) & 255n));
  return canonicalIP(ipaddr.fromByteArray(bytes).toString()) as string;
}
