import {type AnswerOptions, answer} from '../../dns/index.ts';
import type {ClusterView, DnsAnswer, DnsQuestion, DnsRecord} from '../../model/index.ts';
import {type DnsQuery, type ReadQuery, readQuery} from './dns-server-query.ts';
import {DnsWriter, UnwritableRecord} from './dns-server-writer.ts';

export interface AnswerPacketOptions extends AnswerOptions {
  readonly transport: 'udp' | 'tcp';
  /** Rotates the addresses of an answer, so that clients which take the first spread over all. Count it up from packet to packet. */
  readonly turn?: number;
  /** Answers of this very view and these options, which questions that come again need not be looked up for. The caller drops it with the view. */
  readonly known?: Map<string, DnsAnswer>;
}

/** Questions whose answers are kept: more than a cluster's programs ask over and over, and less than a flood of other names may take. */
const MOST_KNOWN = 1_000;

const RCODES = {NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5} as const;
const BADVERS = 16;
const CLASS_IN = 1;
/** What this server itself takes in one datagram: the size that avoids fragments (DNS flag day 2020). */
const OWN_UDP_SIZE = 1232;
const SMALLEST_UDP_SIZE = 512;
const LARGEST_UDP_SIZE = 65_507;
const LARGEST_MESSAGE = 65_535;
const OPTIONS_BYTES = 11;
const QUESTION_TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
  33: 'SRV',
  251: 'IXFR',
  252: 'AXFR',
  255: 'ANY',
};

/**
 * The reply to one DNS message, or null for what a server leaves unanswered (a response, less than a header). Never throws for any bytes.
 * Nothing lies upstream: a name outside the cluster's zones is SERVFAIL, as from a CoreDNS that cannot reach its upstream, but for a name
 * of one label, which no root server has; reverse names belong to the zones, so an unknown address is NXDOMAIN. An answer too long for the client's datagram loses records and says so (TC).
 */
export function answerPacket(view: ClusterView, bytes: Uint8Array, options: AnswerPacketOptions): Buffer | null {
  const query = readQuery(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  switch (query.kind) {
    case 'ignored':
      return null;
    case 'error':
      return errorWithoutQuestion(query);
    case 'query':
      return answerQuery(view, query, options);
  }
}

function errorWithoutQuestion(query: Extract<ReadQuery, {kind: 'error'}>): Buffer {
  const reply = Buffer.alloc(12);
  reply.writeUInt16BE(query.id, 0);
  reply.writeUInt16BE(0x8000 | (query.flags & 0x7900) | RCODES[query.rcode], 2);
  return reply;
}

function answerQuery(view: ClusterView, query: DnsQuery, options: AnswerPacketOptions): Buffer {
  if (query.class !== CLASS_IN) return writeReply(query, plainAnswer('REFUSED'), options);
  if (query.edns !== null && query.edns.version !== 0) return writeReply(query, plainAnswer('NOERROR'), options, BADVERS);
  const type = QUESTION_TYPES[query.type] ?? `TYPE${query.type}`;
  const reply = answerTo(view, {name: query.name, type}, options);
  try {
    return writeReply(query, rotated(reply, options.turn ?? 0), options);
  } catch (error) {
    // an object may hold a name that DNS cannot carry, such as an externalName with a label over 63 bytes
    if (error instanceof UnwritableRecord) return writeReply(query, plainAnswer('SERVFAIL'), options);
    throw error;
  }
}

function answerTo(view: ClusterView, question: DnsQuestion, options: AnswerPacketOptions): DnsAnswer {
  const {known} = options;
  const key = `${question.type} ${question.name}`;
  const found = known?.get(key);
  if (found !== undefined) return found;
  const reply = answer(view, question, {upstream: outsideAnswer, ...options});
  if (known !== undefined && known.size >= MOST_KNOWN) known.clear();
  known?.set(key, reply);
  return reply;
}

/** A search list ends in the name as it was typed: of a mistyped Service that is one label, and NXDOMAIN in every cluster. */
function outsideAnswer({name}: {readonly name: string}): DnsAnswer {
  return plainAnswer(/^[^.]+\.?$/.test(name) ? 'NXDOMAIN' : 'SERVFAIL');
}

function plainAnswer(rcode: DnsAnswer['rcode']): DnsAnswer {
  return {rcode, answer: [], authority: [], additional: []};
}

/** The addresses of the answer begin elsewhere at each turn; what stands before them (CNAMEs) stays. */
function rotated(reply: DnsAnswer, turn: number): DnsAnswer {
  const first = reply.answer.findIndex((record) => record.type === 'A' || record.type === 'AAAA');
  const count = reply.answer.length - first;
  if (first < 0 || count < 2 || turn % count === 0) return reply;
  const start = first + (turn % count);
  return {...reply, answer: [...reply.answer.slice(0, first), ...reply.answer.slice(start), ...reply.answer.slice(first, start)]};
}

function writeReply(query: DnsQuery, reply: DnsAnswer, {transport}: AnswerPacketOptions, extendedRcode = 0): Buffer {
  const size = transport === 'tcp' ? LARGEST_MESSAGE : clientSize(query);
  const writer = new DnsWriter(size - (query.edns === null ? 0 : OPTIONS_BYTES), query.question, query.name);
  const {counts, truncated} = writeSections(writer, [reply.answer, reply.authority, reply.additional]);
  if (query.edns !== null) writer.addOptions(OWN_UDP_SIZE, extendedRcode >> 4, query.edns.dnssecOk);
  const authoritative = extendedRcode === 0 && (reply.rcode === 'NXDOMAIN' || reply.rcode === 'NOERROR');
  const flags =
    0x8000 |
    (authoritative ? 0x0400 : 0) |
    (truncated ? 0x0200 : 0) |
    (query.recursionDesired ? 0x0100 : 0) |
    (query.checkingDisabled ? 0x0010 : 0) |
    (extendedRcode === 0 ? RCODES[reply.rcode] : extendedRcode & 0xf);
  return writer.finish({id: query.id, flags, counts: [1, counts[0], counts[1], counts[2] + (query.edns === null ? 0 : 1)]});
}

function clientSize(query: DnsQuery): number {
  return Math.min(Math.max(query.edns?.udpSize ?? 0, SMALLEST_UDP_SIZE), LARGEST_UDP_SIZE);
}

/** Section by section, until one record has no room. */
function writeSections(writer: DnsWriter, sections: readonly [readonly DnsRecord[], readonly DnsRecord[], readonly DnsRecord[]]) {
  const counts: [number, number, number] = [0, 0, 0];
  for (const [index, section] of sections.entries()) {
    for (const record of section) {
      if (!writer.addRecord(record)) return {counts, truncated: true};
      counts[index as 0 | 1 | 2]++;
    }
  }
  return {counts, truncated: false};
}
