/** A question that can be answered. */
export interface DnsQuery {
  readonly kind: 'query';
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** The question section as it came: it is sent back byte for byte. */
  readonly question: Buffer;
  /** With its final dot; dots and backslashes within a label escaped, other unusual bytes as `\DDD` (RFC 4343 section 2.1). */
  readonly name: string;
  readonly type: number;
  readonly class: number;
  readonly edns: {readonly udpSize: number; readonly version: number; readonly dnssecOk: boolean} | null;
}

/** What a packet is: a query, something that deserves an error without a question, or nothing that a server answers. */
export type ReadQuery =
  | DnsQuery
  | {readonly kind: 'error'; readonly id: number; readonly flags: number; readonly rcode: 'FORMERR' | 'NOTIMP'}
  | {readonly kind: 'ignored'};

export const HEADER_BYTES = 12;
const OPT = 41;
const OPCODE_BITS = 0x7800;
const RESPONSE_BIT = 0x8000;
const MAX_NAME_BYTES = 255;

/**
 * Reads a query, strictly: one question, no answers, every byte accounted for. Own code rather than a library's decoder because the
 * question has to go back byte for byte and because names must not be guessed at: a dot within a label is no separator, and bytes are
 * no text. Counts are those that CoreDNS accepts (miekg/dns, acceptfunc.go); the work is bounded by the packet's length.
 */
export function readQuery(bytes: Buffer): ReadQuery {
  if (bytes.length < HEADER_BYTES) return {kind: 'ignored'};
  const id = bytes.readUInt16BE(0);
  const flags = bytes.readUInt16BE(2);
  if ((flags & RESPONSE_BIT) !== 0) return {kind: 'ignored'};
  if ((flags & OPCODE_BITS) !== 0) return {kind: 'error', id, flags, rcode: 'NOTIMP'};
  return readSections(bytes, id, flags) ?? {kind: 'error', id, flags, rcode: 'FORMERR'};
}

function readSections(bytes: Buffer, id: number, flags: number): DnsQuery | null {
  const [questions, answers, authorities, additionals] = [4, 6, 8, 10].map((offset) => bytes.readUInt16BE(offset)) as [
    number,
    number,
    number,
    number,
  ];
  if (questions !== 1 || answers > 1 || authorities > 1 || additionals > 2) return null;
  const named = readName(bytes, HEADER_BYTES);
  if (named === null || named.end + 4 > bytes.length) return null;
  const end = named.end + 4;
  const records = readRecords(bytes, end, answers + authorities + additionals);
  if (records === null) return null;
  const options = records.filter((record) => record.type === OPT);
  if (options.length > 1 || options.some((option) => !option.atRoot || !option.optionsIntact)) return null;
  return {
    kind: 'query',
    id,
    recursionDesired: (flags & 0x0100) !== 0,
    checkingDisabled: (flags & 0x0010) !== 0,
    question: bytes.subarray(HEADER_BYTES, end),
    name: named.name,
    type: bytes.readUInt16BE(named.end),
    class: bytes.readUInt16BE(named.end + 2),
    edns:
      options[0] === undefined
        ? null
        : {udpSize: options[0].class, version: (options[0].ttl >>> 16) & 0xff, dnssecOk: (options[0].ttl & 0x8000) !== 0},
  };
}

/** A name without pointers: the first one in a packet has nothing before it to point to. */
function readName(bytes: Buffer, start: number): {readonly name: string; readonly end: number} | null {
  let offset = start;
  let name = '';
  for (;;) {
    const length = bytes[offset];
    if (length === undefined || length > 63) return null;
    offset += 1;
    if (length === 0) return offset - start > MAX_NAME_BYTES ? null : {name: name === '' ? '.' : name, end: offset};
    if (offset + length > bytes.length || offset + length - start >= MAX_NAME_BYTES) return null;
    name += `${labelText(bytes, offset, offset + length)}.`;
    offset += length;
  }
}

function labelText(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('latin1', start, end);
  if (/^[\w*-]+$/.test(text)) return text;
  return text.replace(/[^!-~]|[.\\]/g, (character) =>
    character === '.' || character === '\\' ? `\\${character}` : `\\${String(character.charCodeAt(0)).padStart(3, '0')}`,
  );
}

interface RawRecord {
  readonly atRoot: boolean;
  readonly type: number;
  readonly class: number;
  readonly ttl: number;
  readonly optionsIntact: boolean;
}

/** The records after the question; null unless they end where the packet ends. */
function readRecords(bytes: Buffer, start: number, count: number): readonly RawRecord[] | null {
  const records: RawRecord[] = [];
  let offset = start;
  for (let index = 0; index < count; index++) {
    const nameEnd = skipName(bytes, offset);
    if (nameEnd === null || nameEnd + 10 > bytes.length) return null;
    const end = nameEnd + 10 + bytes.readUInt16BE(nameEnd + 8);
    if (end > bytes.length) return null;
    records.push({
      atRoot: bytes[offset] === 0,
      type: bytes.readUInt16BE(nameEnd),
      class: bytes.readUInt16BE(nameEnd + 2),
      ttl: bytes.readUInt32BE(nameEnd + 4),
      optionsIntact: areOptions(bytes, nameEnd + 10, end),
    });
    offset = end;
  }
  return offset === bytes.length ? records : null;
}

function skipName(bytes: Buffer, start: number): number | null {
  let offset = start;
  for (;;) {
    const length = bytes[offset];
    if (length === undefined) return null;
    if ((length & 0xc0) === 0xc0) {
      const next = bytes[offset + 1];
      return next === undefined || (((length & 0x3f) << 8) | next) >= start ? null : offset + 2;
    }
    if (length > 63 || offset - start > MAX_NAME_BYTES) return null;
    offset += length + 1;
    if (length === 0) return offset;
  }
}

/** Whether the bytes are EDNS options, one after the other to the end. */
function areOptions(bytes: Buffer, start: number, end: number): boolean {
  let offset = start;
  while (offset + 4 <= end) offset += 4 + bytes.readUInt16BE(offset + 2);
  return offset === end;
}
