import type {ClusterView, DnsRecord} from '../model/index.ts';
import type {Settings} from './answer-options.ts';
import {findTargets} from './find-targets.ts';
import {nameServers} from './name-server.ts';
import type {Targets} from './target.ts';

/** One question on its way: where it is looked up and under which zone. */
export interface Lookup {
  readonly view: ClusterView;
  readonly settings: Settings;
  /** The zone in the letters of the question: owner names keep the question's case. */
  readonly zone: string;
}

/** The one name below `dns.ZONE`; asked for PTR or TXT it does not exist. */
const NAME_SERVER_LABELS = 'ns.dns.';

/** What a name of the zone stands for, for a question of this type; null where it does not exist. */
export function targetsFor(lookup: Lookup, name: string, type: string): Targets | null {
  const {view, settings, zone} = lookup;
  const lower = name.toLowerCase();
  // compared with the zone as it was written: a question in capitals misses the name server, as it does in CoreDNS
  if (lower === `${NAME_SERVER_LABELS}${zone}` && type !== 'PTR' && type !== 'TXT') {
    const servers = nameServers(view, settings, zone).filter((server) => server.type === type);
    return {owner: '', targets: servers.map((server) => ({host: server.address, kind: server.type, port: 0, label: ''}))};
  }
  const reverse = lower.endsWith('.in-addr.arpa.') || lower.endsWith('.ip6.arpa.');
  return findTargets(view, settings, lower.slice(0, Math.max(0, lower.length - zone.length - 1)), reverse);
}

/** A record with the TTL that the server is configured for. */
export function recordOf(lookup: Lookup, name: string, type: string, data: string): DnsRecord {
  return {name, type, ttl: lookup.settings.ttl, data};
}

/** The zone's SOA; its TTL is capped at five minutes (plugin/backend_lookup.go). */
export function soaRecord(lookup: Lookup): DnsRecord {
  const {zone, settings} = lookup;
  const data = `ns.dns.${zone} hostmaster.${zone} ${settings.serial} 7200 1800 86400 ${settings.ttl}`;
  return {name: zone, type: 'SOA', ttl: Math.min(settings.ttl, 300), data};
}
