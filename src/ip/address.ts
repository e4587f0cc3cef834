import ipaddr from 'ipaddr.js';
import type {IpFamily} from '../model/network.ts';

/** The canonical spelling of an address (RFC 5952 for IPv6, no leading zeros in IPv4), or null for what is none. IPv4-mapped IPv6 becomes IPv4. */
export function canonicalIP(text: string): string | null {
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const parsed = parse(text);
  if (canonical.size > 200_000) canonical.clear(); // bounded: views of any size are built from text that repeats
  canonical.set(text, parsed);
  return parsed;
}

const canonical = new Map<string, string | null>();

function parse(text: string): string | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return text.split('.').map(Number).join('.');
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

/** The family of an address, or null for what is none. */
export function familyOf(address: string): IpFamily | null {
  const text = canonicalIP(address);
  if (text === null) return null;
  return text.includes(':') ? 'IPv6' : 'IPv4';
}

/** `address:port`, with brackets around IPv6. */
export function hostPort(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
