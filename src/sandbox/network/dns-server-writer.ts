import {parseRecordData, type RecordData} from '../../dns/index.ts';
import {addressNumber} from '../../ip/index.ts';
import type {DnsRecord} from '../../model/index.ts';
import {HEADER_BYTES} from './dns-server-query.ts';

/** A record or name that has no wire form: labels over 63 bytes, names over 255, data that is none. */
export class UnwritableRecord extends Error {}

const TYPES = {A: 1, NS: 2, CNAME: 5, SOA: 6, PTR: 12, TXT: 16, AAAA: 28, SRV: 33} as const;
const CLASS_IN = 1;
const POINTER = 0xc000;
const POINTER_LIMIT = 0x4000;
const FIRST_CAPACITY = 512;
const DOT = 46;
const ZERO = 48;
/** Characters of the longest name, its final dot counted: 255 bytes on the wire. */
const MAX_NAME = 254;

/**
 * Writes a message with compressed names (RFC 1035 section 4.1.4), up to a size. Own code because the library that decodes here has no
 * compression, and without it answers would be truncated that a cluster's DNS sends whole.
 */
export class DnsWriter {
  private bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  private length = HEADER_BYTES;
  private readonly names = new Map<string, number>();
  /** The question's name; its parts go into `names` only when another name is written, which most answers do not need. */
  private readonly asked: string;
  private askedRemembered = false;
  private readonly limit: number;

  /** `limit` is the size that the message must keep to; `question` is copied as it is and its name, given as text, serves as a prefix. */
  constructor(limit: number, question: Buffer, name: string) {
    this.limit = limit;
    this.reserve(question.length);
    question.copy(this.bytes, this.length);
    this.asked = name;
    this.length += question.length;
  }

  /** Writes a record; false where it has no room: the message is then as before. */
  addRecord(record: DnsRecord): boolean {
    const data = parseRecordData(record.type, record.data);
    if (data === null) throw new UnwritableRecord(`${record.type} ${record.data}`);
    const start = this.length;
    this.putName(record.name);
    this.putFixed(TYPES[data.type], CLASS_IN, record.ttl);
    const dataStart = this.length;
    this.putData(data);
    this.bytes.writeUInt16BE(this.length - dataStart, dataStart - 2);
    if (this.length <= this.limit) return true;
    this.forgetFrom(start);
    return false;
  }

  /** Writes the OPT record of EDNS0 (RFC 6891); room for it is the caller's to keep. */
  addOptions(udpSize: number, extendedRcode: number, dnssecOk: boolean): void {
    this.reserve(11);
    this.bytes[this.length++] = 0;
    this.putFixed(41, udpSize, ((extendedRcode << 24) | (dnssecOk ? 0x8000 : 0)) >>> 0);
  }

  /** The finished message. */
  finish(header: {readonly id: number; readonly flags: number; readonly counts: readonly [number, number, number, number]}): Buffer {
    this.bytes.writeUInt16BE(header.id, 0);
    this.bytes.writeUInt16BE(header.flags, 2);
    for (const [index, count] of header.counts.entries()) this.bytes.writeUInt16BE(count, 4 + 2 * index);
    return this.bytes.subarray(0, this.length);
  }

  private putData(data: RecordData): void {
    switch (data.type) {
      case 'A':
        this.putIPv4(data.address);
        break;
      case 'AAAA':
        this.putBytes(sixteenBytes(addressNumber(data.address)));
        break;
      case 'CNAME':
      case 'NS':
      case 'PTR':
        this.putName(data.target);
        break;
      case 'SRV':
        for (const field of [data.priority, data.weight, data.port]) this.put16(field);
        // RFC 2782: the target is not compressed
        this.putWholeName(data.target);
        break;
      case 'TXT':
        for (const text of data.text) this.putString(text);
        break;
      case 'SOA':
        this.putName(data.mname);
        this.putName(data.rname);
        for (const field of [data.serial, data.refresh, data.retry, data.expire, data.minimum]) this.put32(field);
    }
  }

  /** Writes a name, as far as it has not been written before. */
  private putName(name: string): void {
    if (name === this.asked && name !== '.') {
      this.put16(POINTER | HEADER_BYTES);
      return;
    }
    this.rememberAsked();
    let rest = name === '.' ? '' : name;
    while (rest !== '') {
      const known = this.names.get(rest);
      if (known !== undefined) {
        this.put16(POINTER | known);
        return;
      }
      if (this.length < POINTER_LIMIT) this.names.set(rest, this.length);
      this.putLabel(rest);
      rest = rest.slice(rest.indexOf('.') + 1);
    }
    this.putBytes([0]);
  }

  private putWholeName(name: string): void {
    for (let rest = name; rest !== ''; rest = rest.slice(rest.indexOf('.') + 1)) this.putLabel(rest);
    this.putBytes([0]);
  }

  /** Writes the first label of a name. */
  private putLabel(name: string): void {
    const length = name.indexOf('.');
    if (length < 1 || length > 63 || name.length > MAX_NAME) throw new UnwritableRecord(name);
    this.reserve(length + 1);
    this.bytes[this.length] = length;
    this.bytes.write(name.slice(0, length), this.length + 1, 'latin1');
    this.length += length + 1;
  }

  private putString(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    if (bytes.length > 255) throw new UnwritableRecord(text);
    this.reserve(bytes.length + 1);
    this.bytes[this.length] = bytes.length;
    bytes.copy(this.bytes, this.length + 1);
    this.length += bytes.length + 1;
  }

  /** Type, class, TTL and room for the length of the data. */
  private putFixed(type: number, klass: number, ttl: number): void {
    this.reserve(10);
    this.bytes.writeUInt16BE(type, this.length);
    this.bytes.writeUInt16BE(klass, this.length + 2);
    this.bytes.writeUInt32BE(ttl, this.length + 4);
    this.bytes.writeUInt16BE(0, this.length + 8);
    this.length += 10;
  }

  private put16(value: number): void {
    this.reserve(2);
    this.length = this.bytes.writeUInt16BE(value, this.length);
  }

  private put32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32BE(value, this.length);
  }

  /** By hand, since answers are mostly these. */
  private putIPv4(address: string): void {
    this.reserve(4);
    let byte = 0;
    for (let index = 0; index < address.length; index++) {
      const code = address.charCodeAt(index);
      if (code === DOT) {
        this.bytes[this.length++] = byte;
        byte = 0;
      } else byte = byte * 10 + code - ZERO;
    }
    this.bytes[this.length++] = byte;
  }

  private putBytes(values: readonly number[]): void {
    this.reserve(values.length);
    for (const value of values) this.bytes[this.length++] = value;
  }

  private rememberAsked(): void {
    if (this.askedRemembered) return;
    this.askedRemembered = true;
    // the text of an escaped name cannot be taken apart at its dots, so it serves only as a whole
    if (this.asked.includes('\\')) this.names.set(this.asked, HEADER_BYTES);
    else this.rememberName(this.asked);
  }

  private rememberName(name: string): void {
    let rest = name === '.' ? '' : name;
    for (let at = HEADER_BYTES; rest !== ''; ) {
      this.names.set(rest, at);
      const length = rest.indexOf('.') + 1;
      at += length;
      rest = rest.slice(length);
    }
  }

  private forgetFrom(offset: number): void {
    this.length = offset;
    for (const [name, at] of this.names) if (at >= offset) this.names.delete(name);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(wider, 0, 0, this.length);
    this.bytes = wider;
  }
}

function sixteenBytes(value: bigint): readonly number[] {
  return Array.from({length: 16}, (_, index) => Number((value >> BigInt(8 * (15 - index))) & 0xffn));
}
