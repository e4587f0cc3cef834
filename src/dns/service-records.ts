import type {DnsRecord} from '../model/index.ts';
import {type Lookup, recordOf, targetsFor} from './lookup.ts';
import {NO_PORT, type Target} from './target.ts';

/** SRV records with the addresses of their targets. */
export interface ServiceRecords {
  readonly answer: readonly DnsRecord[];
  readonly additional: readonly DnsRecord[];
}

/**
 * SRV records of a name; null where it does not exist. The weight is a hundred shared over all that matches, counted over ports and
 * families and before duplicates are dropped (plugin/backend_lookup.go). An ExternalName has none.
 */
export function serviceRecords(lookup: Lookup, name: string): ServiceRecords | null {
  const found = targetsFor(lookup, name, 'SRV');
  if (found === null) return null;
  const targets = found.targets.filter((target) => target.kind !== 'CNAME');
  const weight = Math.max(1, Math.floor((100 / (100 * targets.length)) * 100));
  const answer = new Map<string, DnsRecord>();
  const additional = new Map<string, DnsRecord>();
  for (const target of targets) {
    if (target.port === NO_PORT) continue;
    const host = `${hostOf(target, found.owner)}.${lookup.zone}`;
    const data = `0 ${weight} ${target.port} ${host}`;
    if (!answer.has(data)) answer.set(data, recordOf(lookup, name, 'SRV', data));
    const address = `${host} ${target.host}`;
    if (!additional.has(address)) additional.set(address, recordOf(lookup, host, target.kind, target.host));
  }
  return {answer: [...answer.values()], additional: [...additional.values()]};
}

function hostOf(target: Target, owner: string): string {
  return target.label === '' ? owner : `${target.label}.${owner}`;
}
