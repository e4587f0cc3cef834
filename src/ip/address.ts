import ipaddr from 'ipaddr.js';
import type {IpFamily} from '../model/network.ts';

/**
 * The canonical spelling of an address (RFC 5952 for IPv6, no leading zeros in IPv4), or null for what is none.
 * IPv4-mapped IPv6 becomes IPv4, and leading zeros count as decimal, as Kubernetes' own parser (ParseIPSloppy) reads both.
 */
export function canonicalIP(text: string): string | null {
  if (isPlainIPv4(text)) return text;
  if (!text.includes(':')) return sloppyIPv4(text);
  if (text.includes('%') || !ipaddr.IPv6.isValid(text)) return null;
  const address = ipaddr.IPv6.parse(text);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

const [DOT, ZERO, NINE] = [46, 48, 57];
const NO_DIGIT = -1;

/** Four decimal numbers without leading zeros: already canonical, and by far the most frequent input, so it is read without a pattern. */
function isPlainIPv4(text: string): boolean {
  let dots = 0;
  let byte = NO_DIGIT;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === DOT) {
      if (byte === NO_DIGIT) return false;
      dots += 1;
      byte = NO_DIGIT;
    } else {
      if (code < ZERO || code > NINE || byte === 0) return false;
      byte = byte === NO_DIGIT ? code - ZERO : byte * 10 + code - ZERO;
      if (byte > 255) return false;
    }
  }
  return dots === 3 && byte !== NO_DIGIT;
}

function sloppyIPv4(text: string): string | null {
  if (!/^\d+(?:\.\d+){3}$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes.join('.') : null;
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

/** A canonical IPv4 address as an unsigned 32-bit number. */
export function ipv4Number(address: string): number {
  let sum = 0;
  let byte = 0;
  for (let index = 0; index < address.length; index++) {
    const code = address.charCodeAt(index);
    if (code === DOT) {
      sum = sum * 256 + byte;
      byte = 0;
    } else {
      byte = byte * 10 + code - ZERO;
    }
  }
  return sum * 256 + byte;
}
