import {type AnswerOptions, answer, records} from '../../../src/dns/index.ts';
import type {ClusterView, DnsAnswer, DnsQuestion, DnsRecord} from '../../../src/model/index.ts';
import {queryDns} from '../../../src/vantage/index.ts';
import type {Random} from './random.ts';

const TYPES = ['A', 'AAAA', 'SRV', 'CNAME', 'TXT', 'PTR', 'MX', 'NS', 'SOA', 'HTTPS'];

/** The rig's server: pod records and reverse zones as kubeadm has them, and nobody to ask about other names. */
const OPTIONS: AnswerOptions = {
  podRecords: 'insecure',
  ttl: 5,
  fallthrough: ['in-addr.arpa.', 'ip6.arpa.'],
  upstream: () => ({rcode: 'SERVFAIL', answer: [], authority: [], additional: []}),
};

/** Questions about one Service: each record that there is, and names close by, of many types. */
export function questionsAbout(random: Random, view: ClusterView, namespace: string, name: string): readonly DnsQuestion[] {
  const own = `${name}.${namespace}.svc.cluster.local.`;
  const known = records(view, {...OPTIONS, services: [{namespace, name}]});
  const there = known.map((record) => ({name: record.name, type: record.type}));
  const names = [
    own,
    ...known.filter(({type}) => type !== 'PTR').map((record) => record.name),
    `absent.${own}`,
    `one.${own}`,
    `_tcp.${own}`,
    `_p0._tcp.${own}`,
    `_p0._udp.${own}`,
    `_p1._sctp.${own}`,
    `10-240-1-1.${own}`,
    `${namespace}.svc.cluster.local.`,
    `absent.${namespace}.svc.cluster.local.`,
    `10-240-0-1.${namespace}.pod.cluster.local.`,
    `fd00-240--1.${namespace}.pod.cluster.local.`,
  ];
  const near = Array.from({length: 12}, () => ({name: random.pick(names), type: random.pick(TYPES)}));
  const shouted = {name: own.toUpperCase().replace('CLUSTER.LOCAL', 'cluster.local'), type: random.pick(['A', 'AAAA', 'SRV'])};
  const unique = new Map([...there, ...near, shouted].map((question) => [`${question.name} ${question.type}`, question]));
  return [...unique.values()];
}

/** How a server's answer differs from the predicted one; null where it does not. */
export async function dnsDifference(
  view: ClusterView,
  server: {readonly address: string; readonly port: number},
  question: DnsQuestion,
): Promise<string | null> {
  const predicted = textOf(answer(view, question, OPTIONS));
  const actual = await queryDns({server, ...question}).then(textOf, noAnswer);
  return predicted === actual ? null : `${question.name} ${question.type}: predicted ${predicted}; actual ${actual}`;
}

function noAnswer(error: Error & {readonly code?: string}): string {
  if (error.code !== 'ETIMEDOUT') throw error;
  return error.message;
}

/** The answer without the order of records, and without the serial number, which counts the server's own changes. */
function textOf({rcode, answer: found, authority, additional}: DnsAnswer): string {
  const section = (list: readonly DnsRecord[]) => list.map(lineOf).toSorted().join(' | ');
  return `${rcode} [${section(found)}] [${section(authority)}] [${section(additional)}]`;
}

function lineOf({name, type, ttl, data}: DnsRecord): string {
  return `${name} ${ttl} ${type} ${type === 'SOA' ? data.replace(/ \d+ (\d+ \d+ \d+ \d+)$/, ' * $1') : data}`;
}
