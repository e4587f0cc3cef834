import ipaddr from 'ipaddr.js';
import {type FieldError, invalid} from './field-error.ts';

/**
 * An IP address as the API takes it since 1.36: no leading zeros, no IPv4 inside IPv6 (KEP-4858). Values that the stored object already
 * has are let through. Upstream: apimachinery, pkg/util/validation/ip.go.
 */
export function validateIP(field: string, value: string, stored: readonly string[] = []): FieldError[] {
  if (stored.includes(value)) return [];
  const form = formOf(value);
  if (form === 'none') return [invalid(field, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
  if (form === 'zeros') return [invalid(field, value, 'must not have leading 0s')];
  if (form === 'mapped') return [invalid(field, value, 'must not be an IPv4-mapped IPv6 address')];
  return [];
}

/** As `validateIP`, and spelled as RFC 5952 says. */
export function validateCanonicalIP(field: string, value: string): FieldError[] {
  const errors = validateIP(field, value);
  const canonical = canonicalForm(value);
  if (errors.length > 0 || canonical === value) return errors;
  return [invalid(field, value, `must be in canonical form (${JSON.stringify(canonical)})`)];
}

export function validateCidr(field: string, value: string, stored: readonly string[] = []): FieldError[] {
  if (stored.includes(value)) return [];
  const [address = '', prefix = '', ...rest] = value.split('/');
  const form = formOf(address);
  const width = address.includes(':') ? 128 : 32;
  if (form === 'none' || rest.length > 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > width) {
    return [invalid(field, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];
  }
  if (form === 'zeros' || /^0\d/.test(prefix)) return [invalid(field, value, 'must not have leading 0s in IP or prefix length')];
  if (form === 'mapped') return [invalid(field, value, 'must not have an IPv4-mapped IPv6 address')];
  const network = networkOf(address, Number(prefix));
  return network === canonicalForm(address) ? [] : [invalid(field, value, 'must not have bits set beyond the prefix length')];
}

/** Addresses that make no sense as endpoints or external IPs. */
export function validateEndpointIP(field: string, value: string): FieldError[] {
  if (formOf(value) === 'none') return [invalid(field, value, 'must be a valid IP address')];
  const range = rangeOf(value);
  if (range === 'unspecified') return [invalid(field, value, `may not be unspecified (${value})`)];
  if (range === 'loopback') return [invalid(field, value, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')];
  if (range === 'linkLocal') return [invalid(field, value, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)')];
  if (range === 'linkLocalMulticast') {
    return [invalid(field, value, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)')];
  }
  return [];
}

/** Warnings for addresses that are taken but should be written otherwise. */
export function ipWarnings(field: string, value: string): string[] {
  const form = formOf(value);
  if (form === 'none') return [];
  const canonical = canonicalForm(value);
  if (form !== 'plain') return [`${field}: non-standard IP address ${JSON.stringify(value)} is invalid: use ${JSON.stringify(canonical)}`];
  if (canonical === value) return [];
  return [`${field}: IPv6 address ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`];
}

/** Warnings for ranges that are taken but should be written otherwise. */
export function cidrWarnings(field: string, value: string): string[] {
  const [address = '', prefix = ''] = value.trim().split('/');
  if (formOf(address) !== 'plain' || !/^\d{1,3}$/.test(prefix)) return [];
  const written = `${canonicalForm(address)}/${prefix}`;
  if (!address.includes(':') || written === value) return [];
  return [`${field}: IPv6 CIDR value ${JSON.stringify(value)} should be in RFC 5952 canonical format (${JSON.stringify(written)})`];
}

export function isIPv6(value: string): boolean {
  return formOf(value) === 'plain' && value.includes(':');
}

export function isIPv4(value: string): boolean {
  const form = formOf(value);
  return form === 'mapped' || (form !== 'none' && !value.includes(':'));
}

type Form = 'none' | 'zeros' | 'mapped' | 'plain';

const DOTTED = /^\d{1,3}(\.\d{1,3}){3}$/;

function formOf(value: string): Form {
  if (!value.includes(':')) {
    if (!DOTTED.test(value) || value.split('.').some((octet) => Number(octet) > 255)) return 'none';
    return value.split('.').some((octet) => /^0\d/.test(octet)) ? 'zeros' : 'plain';
  }
  if (value.includes('%') || value.length > 45) return 'none';
  const tail = value.slice(value.lastIndexOf(':') + 1);
  const plain = tail.includes('.') && formOf(tail) === 'zeros' ? value.replace(tail, withoutZeros(tail)) : value;
  if (!ipaddr.IPv6.isValid(plain) || (tail.includes('.') && formOf(tail) === 'none')) return 'none';
  if (plain !== value) return 'zeros';
  return ipaddr.IPv6.parse(value).isIPv4MappedAddress() ? 'mapped' : 'plain';
}

function withoutZeros(dotted: string): string {
  return dotted
    .split('.')
    .map((octet) => String(Number(octet)))
    .join('.');
}

function canonicalForm(value: string): string {
  if (!value.includes(':')) return withoutZeros(value);
  const address = ipaddr.IPv6.parse(value);
  return address.isIPv4MappedAddress() ? address.toIPv4Address().toString() : address.toRFC5952String();
}

function networkOf(address: string, prefix: number): string {
  const network = address.includes(':')
    ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/${prefix}`)
    : ipaddr.IPv4.networkAddressFromCIDR(`${address}/${prefix}`);
  return canonicalForm(network.toString());
}

function rangeOf(value: string): 'unspecified' | 'loopback' | 'linkLocal' | 'linkLocalMulticast' | 'other' {
  const canonical = canonicalForm(value);
  if (canonical === '0.0.0.0' || canonical === '::') return 'unspecified';
  if (canonical.startsWith('127.') || canonical === '::1') return 'loopback';
  if (canonical.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(canonical)) return 'linkLocal';
  return canonical.startsWith('224.0.0.') || /^ff[0-9a-f]2:/.test(canonical) ? 'linkLocalMulticast' : 'other';
}
