import type {DnsRecord} from '../model/index.ts';
import {type Lookup, recordOf, targetsFor} from './lookup.ts';
import {fullyQualified, isWithin} from './name.ts';
import type {Target} from './target.ts';

/** CNAMEs that may stand before one more is no longer followed (plugin/backend_lookup.go). */
const LONGEST_CHAIN = 10;

/** A or AAAA records of a name, through CNAMEs; null where the name does not exist. `behind` are the CNAME targets that led here. */
export function addressRecords(
  lookup: Lookup,
  name: string,
  type: 'A' | 'AAAA',
  behind: readonly string[] = [],
): readonly DnsRecord[] | null {
  const found = targetsFor(lookup, name, type);
  if (found === null) return null;
  const records: DnsRecord[] = [];
  const seen = new Set<string>();
  for (const target of found.targets) {
    if (target.kind === 'CNAME') records.push(...aliasRecords(lookup, name, type, target, behind));
    if (target.kind !== type || seen.has(target.host)) continue;
    seen.add(target.host);
    records.push(recordOf(lookup, name, type, target.host));
  }
  return records;
}

/**
 * A CNAME with what its target has. A target within the zone that has no such records leaves nothing, not even the CNAME;
 * a target elsewhere leaves the CNAME with whatever the upstream says.
 */
function aliasRecords(lookup: Lookup, name: string, type: 'A' | 'AAAA', target: Target, behind: readonly string[]): readonly DnsRecord[] {
  const alias = fullyQualified(target.host);
  const lower = alias.toLowerCase();
  if (isWithin(name.toLowerCase(), lower) || behind.length > LONGEST_CHAIN || behind.includes(alias)) return [];
  const record = recordOf(lookup, name, 'CNAME', alias);
  if (isWithin(lookup.zone.toLowerCase(), lower)) {
    const further = addressRecords(lookup, alias, type, [...behind, alias]) ?? [];
    return further.length > 0 ? [record, ...further] : [];
  }
  return [record, ...(lookup.settings.upstream?.({name: alias, type})?.answer ?? [])];
}
