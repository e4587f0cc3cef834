import dnsPacket, {type Answer, type DecodedPacket, type RecordType} from 'dns-packet';
import {canonicalIP} from '../ip/index.ts';
import type {DnsAnswer, DnsQuestion, DnsRecord, Rcode} from '../model/index.ts';

const RCODES: readonly string[] = ['NOERROR', 'NXDOMAIN', 'SERVFAIL', 'REFUSED', 'FORMERR', 'NOTIMP'] satisfies readonly Rcode[];
/** Room that is offered for an answer by UDP: what passes without fragments. */
const UDP_SIZE = 1232;

/** A question as a client sends it, with EDNS0. Types without a name of their own are written TYPE65. */
export function encodeQuestion(id: number, {name, type}: DnsQuestion): Buffer {
  return dnsPacket.encode({
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{name, type: wireType(type), class: 'IN'}],
    additionals: [
      {type: 'OPT', name: '.', udpPayloadSize: UDP_SIZE, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: []},
    ],
  });
}

/** Whether DNS can carry a name: labels of 1 to 63 bytes, 255 bytes in all. */
export function isSendableName(name: string): boolean {
  const labels = name.replace(/\.$/, '').split('.');
  return name === '.' || (labels.every((label) => label.length > 0 && Buffer.byteLength(label) <= 63) && Buffer.byteLength(name) <= 254);
}

/** A reply to the question with this id, or null for anything else: another's, or bytes that are no message. */
export function decodeReply(
  bytes: Buffer,
  id: number,
  question: DnsQuestion,
): {readonly answer: DnsAnswer; readonly truncated: boolean} | null {
  const packet = decode(bytes);
  if (packet === null || packet.id !== id || packet.type !== 'response' || !isReplyTo(packet, question)) return null;
  const rcode = (packet as {rcode?: string}).rcode ?? '';
  if (!RCODES.includes(rcode)) return null;
  const [answer, authority, additional] = [packet.answers, packet.authorities, packet.additionals].map((section) =>
    (section ?? []).flatMap(recordOf),
  );
  return {
    answer: {rcode: rcode as Rcode, answer: answer ?? [], authority: authority ?? [], additional: additional ?? []},
    truncated: packet.flag_tc,
  };
}

function decode(bytes: Buffer): DecodedPacket | null {
  try {
    return dnsPacket.decode(bytes);
  } catch {
    // the decoder throws plain errors at whatever is no message; what was sent instead is of no use here
    return null;
  }
}

/** A server that could not read the question sends none back. */
function isReplyTo(packet: DecodedPacket, question: DnsQuestion): boolean {
  const [asked, ...others] = packet.questions ?? [];
  const rcode = (packet as {rcode?: string}).rcode;
  if (asked === undefined) return rcode === 'FORMERR' || rcode === 'NOTIMP' || rcode === 'SERVFAIL' || rcode === 'REFUSED';
  const sameName = dotted(asked.name).toLowerCase() === dotted(question.name).toLowerCase();
  return others.length === 0 && sameName && asked.type === wireType(question.type) && (asked.class ?? 'IN') === 'IN';
}

function wireType(type: string): RecordType {
  const upper = type.toUpperCase();
  return (upper.startsWith('TYPE') ? `UNKNOWN_${upper.slice(4)}` : upper === 'HTTPS' ? 'UNKNOWN_65' : upper) as RecordType;
}

function dotted(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

function recordOf(record: Answer): readonly DnsRecord[] {
  if (record.type === 'OPT') return [];
  const type = record.type.replace(/^UNKNOWN_/, 'TYPE');
  return [{name: dotted(record.name), type, ttl: 'ttl' in record ? (record.ttl ?? 0) : 0, data: dataOf(record)}];
}

/** Data as in a zone file. */
function dataOf(record: Exclude<Answer, {type: 'OPT'}>): string {
  switch (record.type) {
    case 'A':
    case 'AAAA':
      return canonicalIP(record.data) ?? record.data;
    case 'CNAME':
    case 'NS':
    case 'PTR':
    case 'DNAME':
      return dotted(record.data);
    case 'SRV':
      return `${record.data.priority} ${record.data.weight} ${record.data.port} ${dotted(record.data.target)}`;
    case 'MX':
      return `${record.data.preference} ${dotted(record.data.exchange)}`;
    case 'TXT':
      return [record.data].flat().map(quoted).join(' ');
    case 'SOA': {
      const {mname, rname, serial, refresh, retry, expire, minimum} = record.data;
      return `${dotted(mname)} ${dotted(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    default:
      return genericData(record.data);
  }
}

function quoted(text: string | Buffer): string {
  return `"${text.toString().replace(/["\\]/g, '\\$&')}"`;
}

/** RFC 3597 section 5, for types that nobody here knows. */
function genericData(data: unknown): string {
  return Buffer.isBuffer(data) ? `\\# ${data.length} ${data.toString('hex')}`.trim() : JSON.stringify(data);
}
