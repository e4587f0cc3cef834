import {canonicalIP} from '../ip/index.ts';

/** One thing that a name stands for: a host under a port. */
export interface Target {
  /** Address in canonical form, or a name as the object has it. */
  readonly host: string;
  readonly kind: 'A' | 'AAAA' | 'CNAME';
  /** -1 where no port is declared: the host then has addresses but no SRV record. */
  readonly port: number;
  /** The label of an endpoint below its Service's name; empty for the Service itself. */
  readonly label: string;
}

/** What a name stands for, with the name (before the zone) under which SRV records point to it. */
export interface Targets {
  readonly owner: string;
  readonly targets: readonly Target[];
}

export const NO_PORT = -1;

/**
 * The canonical form of an address as strictly as CoreDNS takes it, or null: no leading zeros, which the older fields of the API allow,
 * and no IPv6 zone.
 */
export function strictAddress(text: string): string | null {
  return /(?:^|[.:])0\d+\.|\.0\d|%/.test(text) ? null : canonicalIP(text);
}

/** Sorts a host into addresses and names, as CoreDNS does with whatever stands where an address may stand. */
export function targetOf(host: string, port: number, label: string): Target {
  const address = strictAddress(host);
  if (address === null) return {host, kind: 'CNAME', port, label};
  return {host: address, kind: address.includes(':') ? 'AAAA' : 'A', port, label};
}
