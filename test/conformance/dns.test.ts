import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {type AnswerOptions, answer, formatRecordData, type RecordData} from '../../src/dns/index.ts';
import type {ClusterView, DnsAnswer, DnsQuestion, DnsRecord, KubernetesObject} from '../../src/model/index.ts';
import {viewOf} from '../../src/view/index.ts';

interface TableRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

interface TableCase {
  readonly name: string;
  readonly qname: string;
  readonly qtype: string;
  readonly podsMode: 'disabled' | 'insecure' | 'verified';
  readonly class: 'spec' | 'coredns' | 'quirk';
  readonly serverIPs?: readonly string[];
  readonly expect: {
    readonly rcode: string;
    readonly answer: readonly TableRecord[];
    readonly extra: readonly TableRecord[];
    readonly authority: readonly TableRecord[];
  };
}

interface Suite {
  readonly name: string;
  readonly kind?: 'parse';
  readonly zones: readonly [string, ...string[]];
  readonly clusterDomain: string;
  readonly options?: {readonly ttl?: number};
  readonly serverIPs?: readonly string[];
  readonly upstreamRecords?: readonly TableRecord[];
  readonly objects: Readonly<Record<string, readonly KubernetesObject[]>>;
  readonly cases: readonly TableCase[];
}

/** Why rows are answered otherwise than in the table, by suite: these features of CoreDNS are off unless a Corefile turns them on. */
const OFF_BY_DEFAULT: Readonly<Record<string, string>> = {
  'zonal-option': 'the option `zonal` is off in every usual Corefile',
  'external-zone': 'the plugin k8s_external is not the cluster DNS that pods ask',
  'zone-transfer': 'without the plugin transfer a zone transfer is refused',
  'noendpoints-option': 'the option `noendpoints` is off by default',
  'namespaces-option': 'the option `namespaces` is off by default: every namespace is exposed',
  'ignore-empty-service': 'the option `ignore empty_service` is off by default',
  'endpoint-names-pod-names': 'the option `endpoint_pod_names` is off by default',
  'not-synced': 'a server that has not read the cluster yet; a view is always read',
};

/** Rows of those suites that are the same without the feature. */
const SAME_WITHOUT_FEATURE: ReadonlySet<string> = new Set(['endpoint-names-pod-names pod-name-not-used-with-hostname']);

const table = JSON.parse(readFileSync(new URL('data/dns.json', import.meta.url), 'utf8')) as {readonly suites: readonly Suite[]};

for (const suite of table.suites) {
  // rows of `parse` suites show how CoreDNS holds a parsed name inside; what of it can be seen is in the other suites
  if (suite.kind === 'parse' || suite.cases.length === 0) continue;
  describe(`dns.json, suite ${suite.name}`, () => {
    const view = viewOf(Object.values(suite.objects).flat(), {clusterDomain: suite.clusterDomain});
    for (const row of suite.cases) {
      const reason = SAME_WITHOUT_FEATURE.has(`${suite.name} ${row.name}`) ? undefined : OFF_BY_DEFAULT[suite.name];
      const title = `${row.name} (${row.class}): ${row.qname} ${row.qtype}`;
      if (reason === undefined) it(title, () => expect(actualOf(view, suite, row)).toEqual(expectedOf(row)));
      else it(`${title} differs: ${reason}`, () => expect(actualOf(view, suite, row)).not.toEqual(expectedOf(row)));
    }
  });
}

function actualOf(view: ClusterView, suite: Suite, row: TableCase) {
  const options: AnswerOptions = {
    zone: suite.zones[0],
    reverseZones: suite.zones.slice(1),
    ttl: suite.options?.ttl ?? 5,
    podRecords: row.podsMode,
    serverIPs: row.serverIPs ?? suite.serverIPs ?? [],
    upstream: (question) => upstreamAnswer(suite, question),
  };
  const {rcode, answer: records, additional, authority} = answer(view, {name: row.qname, type: row.qtype}, options);
  return {rcode, answer: linesOf(records), additional: linesOf(additional), authority: linesOf(authority)};
}

/** The table's resolver for all other names. */
function upstreamAnswer(suite: Suite, question: DnsQuestion): DnsAnswer {
  const named = (suite.upstreamRecords ?? []).filter((record) => record.name === question.name);
  const records = named
    .filter((record) => record.type === question.type)
    .map((record) => ({...record, ttl: record.ttl ?? 0, data: dataOf(record)}));
  return {rcode: named.length > 0 ? 'NOERROR' : 'NXDOMAIN', answer: records, authority: [], additional: []};
}

function expectedOf(row: TableCase) {
  const {rcode, answer: records, extra, authority} = row.expect;
  const expected = (list: readonly TableRecord[]) =>
    linesOf(list.map((record) => ({...record, ttl: record.ttl ?? -1, data: dataOf(record)})));
  return {rcode, answer: expected(records), additional: expected(extra), authority: expected(authority)};
}

/** Sections are sets; the serial of a SOA is any. */
function linesOf(records: readonly DnsRecord[]): readonly string[] {
  const data = (record: DnsRecord) => (record.type === 'SOA' ? record.data.replace(/^(\S+ \S+) \d+/, '$1 SERIAL') : record.data);
  return records.map((record) => `${record.name} ${record.ttl} ${record.type} ${data(record)}`).toSorted();
}

function dataOf(record: TableRecord): string {
  return formatRecordData({serial: 0, ...withoutNull(record.data), type: record.type} as unknown as RecordData);
}

function withoutNull(fields: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
