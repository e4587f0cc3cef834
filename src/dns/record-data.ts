import {canonicalIP} from '../ip/index.ts';

/** The fields of a record's data, by its type. */
export type RecordData =
  | {readonly type: 'A' | 'AAAA'; readonly address: string}
  | {readonly type: 'CNAME' | 'NS' | 'PTR'; readonly target: string}
  | {readonly type: 'SRV'; readonly priority: number; readonly weight: number; readonly port: number; readonly target: string}
  | {readonly type: 'TXT'; readonly text: readonly string[]}
  | {
      readonly type: 'SOA';
      readonly mname: string;
      readonly rname: string;
      readonly serial: number;
      readonly refresh: number;
      readonly retry: number;
      readonly expire: number;
      readonly minimum: number;
    };

/** Reads data as a zone file has it (RFC 1035 section 5.1); null for a type that cluster DNS does not serve and for data that is wrong. */
export function parseRecordData(type: string, data: string): RecordData | null {
  switch (type) {
    case 'A':
    case 'AAAA':
      return parseAddress(type, data);
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return isName(data) ? {type, target: data} : null;
    case 'SRV':
      return parseService(data.split(/\s+/));
    case 'TXT':
      return parseText(data);
    case 'SOA':
      return parseAuthority(data.split(/\s+/));
    default:
      return null;
  }
}

function parseAddress(type: 'A' | 'AAAA', data: string): RecordData | null {
  const address = canonicalIP(data);
  return address !== null && address.includes(':') === (type === 'AAAA') ? {type, address} : null;
}

function isName(text: string | undefined): text is string {
  return text?.endsWith('.') === true && !/\s/.test(text);
}

function parseService(fields: readonly string[]): RecordData | null {
  const [priority, weight, port] = fields.slice(0, 3).map((field) => whole(field, 0xffff));
  const target = fields[3];
  if (fields.length !== 4 || priority == null || weight == null || port == null || !isName(target)) return null;
  return {type: 'SRV', priority, weight, port, target};
}

function parseAuthority(fields: readonly string[]): RecordData | null {
  const [mname, rname] = fields;
  const [serial, refresh, retry, expire, minimum] = fields.slice(2).map((field) => whole(field, 0xffffffff));
  if (fields.length !== 7 || !isName(mname) || !isName(rname)) return null;
  if (serial == null || refresh == null || retry == null || expire == null || minimum == null) return null;
  return {type: 'SOA', mname, rname, serial, refresh, retry, expire, minimum};
}

function whole(text: string, most: number): number | null {
  return /^\d{1,10}$/.test(text) && Number(text) <= most ? Number(text) : null;
}

const CHARACTER_STRING = /"(?:\\.|[^"\\])*"|[^\s"]+/gs;

function parseText(data: string): RecordData | null {
  const strings = data.match(CHARACTER_STRING) ?? [];
  if (strings.length === 0 || data.replace(CHARACTER_STRING, '').trim() !== '') return null;
  return {type: 'TXT', text: strings.map((text) => (text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/gs, '$1') : text))};
}

/** Writes data as a zone file has it; the inverse of `parseRecordData`. */
export function formatRecordData(data: RecordData): string {
  switch (data.type) {
    case 'A':
    case 'AAAA':
      return data.address;
    case 'CNAME':
    case 'NS':
    case 'PTR':
      return data.target;
    case 'SRV':
      return `${data.priority} ${data.weight} ${data.port} ${data.target}`;
    case 'TXT':
      return data.text.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(' ');
    case 'SOA':
      return `${data.mname} ${data.rname} ${data.serial} ${data.refresh} ${data.retry} ${data.expire} ${data.minimum}`;
  }
}
