import type {ClusterView, DnsAnswer, DnsQuestion, DnsRecord} from '../model/index.ts';
import {addressRecords} from './address-records.ts';
import {type AnswerOptions, fallsThrough, type Settings, settingsOf, zoneOf} from './answer-options.ts';
import {type Lookup, recordOf, soaRecord, targetsFor} from './lookup.ts';
import {addressOfReverse, fullyQualified} from './name.ts';
import {nameServers} from './name-server.ts';
import {pointerNames} from './pointer-records.ts';
import {serviceRecords} from './service-records.ts';

/** Version of the Kubernetes DNS specification, and how long it may be remembered. */
const SCHEMA_VERSION = '"1.1.0"';
const SCHEMA_TTL = 28_800;

/** Records of a name, with those that help; null where the name does not exist. */
type Found = {readonly answer: readonly DnsRecord[]; readonly additional: readonly DnsRecord[]} | null;

/**
 * What the cluster's DNS answers to a question, by the Kubernetes DNS specification 1.1 and, where that is silent or CoreDNS departs
 * from it, as CoreDNS 1.14.7 does: the answer can be held against a real cluster's. Names end in a dot and keep the question's case.
 * No record of a name that exists (NODATA) and a name that doesn't (NXDOMAIN) differ in the rcode; both carry the zone's SOA.
 * A question costs no more than what it returns: Services are looked up by key, endpoints in an index that hangs on the view's own
 * immutable lists. Nothing is asked upstream; see `AnswerOptions.upstream`.
 */
export function answer(view: ClusterView, question: DnsQuestion, options: AnswerOptions = {}): DnsAnswer {
  const settings = settingsOf(view, options);
  const name = fullyQualified(question.name);
  const type = question.type.toUpperCase();
  const zone = zoneOf(settings, name.toLowerCase());
  if (zone === null) return askUpstream(settings, {name, type});
  if (type === 'AXFR' || type === 'IXFR') return {rcode: 'REFUSED', answer: [], authority: [], additional: []};
  const lookup: Lookup = {view, settings, zone: name.slice(name.length - zone.length)};
  const found = find(lookup, name, type);
  if (found !== null && found.answer.length > 0) return {rcode: 'NOERROR', ...found, authority: []};
  if (found === null && fallsThrough(settings, name)) return askUpstream(settings, {name, type});
  return {rcode: found === null ? 'NXDOMAIN' : 'NOERROR', answer: [], authority: [soaRecord(lookup)], additional: []};
}

function askUpstream({upstream}: Settings, question: DnsQuestion): DnsAnswer {
  return upstream?.(question) ?? {rcode: 'NXDOMAIN', answer: [], authority: [], additional: []};
}

/** Whether a name is one that `answer` decides by itself, if it has a record where its zone falls through. */
export function isInZones(view: ClusterView, name: string, options: AnswerOptions = {}): boolean {
  return zoneOf(settingsOf(view, options), fullyQualified(name.toLowerCase())) !== null;
}

function find(lookup: Lookup, name: string, type: string): Found {
  switch (type) {
    case 'A':
    case 'AAAA':
      return only(addressRecords(lookup, name, type));
    case 'SRV':
      return serviceRecords(lookup, name);
    case 'CNAME':
      return only(aliasRecord(lookup, name));
    case 'PTR':
      return only(pointerRecords(lookup, name));
    case 'TXT':
      return only(textRecords(lookup, name));
    case 'SOA':
      // asked of any other name, even one that does not exist, CoreDNS says no data
      return only(name === lookup.zone ? [soaRecord(lookup)] : []);
    case 'NS':
      return name.toLowerCase() === lookup.zone ? nameServerRecords(lookup, name) : existence(lookup, name);
    default:
      return existence(lookup, name);
  }
}

function only(records: readonly DnsRecord[] | null): Found {
  return records === null ? null : {answer: records, additional: []};
}

/** For types that no name has, ANY among them: only whether the name exists. */
function existence(lookup: Lookup, name: string): Found {
  return only(targetsFor(lookup, name, 'A') === null ? null : []);
}

function aliasRecord(lookup: Lookup, name: string): readonly DnsRecord[] | null {
  const found = targetsFor(lookup, name, 'CNAME');
  if (found === null) return null;
  const target = found.targets[0];
  return target?.kind === 'CNAME' ? [recordOf(lookup, name, 'CNAME', fullyQualified(target.host))] : [];
}

function pointerRecords(lookup: Lookup, name: string): readonly DnsRecord[] | null {
  const address = addressOfReverse(name.toLowerCase());
  if (address === null) return targetsFor(lookup, name, 'PTR') === null ? null : [];
  const names = pointerNames(lookup.view, address, clusterZone(lookup.settings));
  return names.length === 0 ? null : names.map((target) => recordOf(lookup, name, 'PTR', target));
}

function clusterZone(settings: Settings): string {
  return settings.zones[0];
}

/** Names that hold nothing at all do not exist for TXT, unlike for the other types. */
function textRecords(lookup: Lookup, name: string): readonly DnsRecord[] | null {
  if (name.toLowerCase() === `dns-version.${lookup.zone.toLowerCase()}`) {
    return [{name, type: 'TXT', ttl: SCHEMA_TTL, data: SCHEMA_VERSION}];
  }
  const found = targetsFor(lookup, name, 'TXT');
  return found === null || found.targets.length === 0 ? null : [];
}

function nameServerRecords(lookup: Lookup, name: string): Found {
  const servers = nameServers(lookup.view, lookup.settings, lookup.zone);
  const names = [...new Set(servers.map((server) => server.name))];
  return {
    answer: names.map((server) => recordOf(lookup, name, 'NS', server)),
    additional: servers.map((server) => recordOf(lookup, server.name, server.type, server.address)),
  };
}
