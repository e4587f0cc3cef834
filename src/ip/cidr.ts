import ipaddr from 'ipaddr.js';
import type {IpFamily} from '../model/network.ts';
import {canonicalIP} from './address.ts';

/** A range of addresses. */
export interface Cidr {
  readonly text: string;
  readonly family: IpFamily;
  readonly bits: number;
  readonly network: bigint;
}

/** Parses `10.0.0.0/8`, blanks around it and host bits in it allowed as kube-proxy allows them; null for what is no range. */
export function parseCidr(text: string): Cidr | null {
  const [address, prefix, ...rest] = text.trim().split('/');
  if (address === undefined || prefix === undefined || rest.length > 0 || !/^\d{1,3}$/.test(prefix)) return null;
  const canonical = canonicalIP(address);
  if (canonical === null) return null;
  const family: IpFamily = address.includes(':') ? 'IPv6' : 'IPv4';
  const width = family === 'IPv6' ? 128 : 32;
  const bits = Number(prefix);
  if (bits > width) return null;
  const shift = BigInt(width - bits);
  return {text: text.trim(), family, bits, network: (addressNumber(canonical) >> shift) << shift};
}

/** Whether the range holds the address; never across families. */
export function cidrContains(cidr: Cidr, address: string): boolean {
  const canonical = canonicalIP(address);
  if (canonical === null || canonical.includes(':') !== (cidr.family === 'IPv6')) return false;
  const shift = BigInt((cidr.family === 'IPv6' ? 128 : 32) - cidr.bits);
  return addressNumber(canonical) >> shift === cidr.network >> shift;
}

/** The address as a number of its width. */
export function addressNumber(address: string): bigint {
  const bytes = ipaddr.parse(address).toByteArray();
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

/** The address that a number stands for. */
export function numberToAddress(value: bigint, family: IpFamily): string {
  const size = family === 'IPv6' ? 16 : 4;
  const bytes = Array.from({length: size}, (_, index) => Number((value >> BigInt(8 * (size - 1 - index))) & 255n));
  return canonicalIP(ipaddr.fromByteArray(bytes).toString()) as string;
}
