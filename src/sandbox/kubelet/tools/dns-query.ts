import {type Answer, type DecodedPacket, type Question, streamDecode, streamEncode} from 'dns-packet';
import type {ProgramContext} from '../../../model/index.ts';

export interface ResolvConf {
  readonly nameservers: readonly string[];
  readonly search: readonly string[];
  readonly ndots: number;
}

/** The container's own resolv.conf, as it stands. */
export function readResolvConf(context: ProgramContext): ResolvConf {
  const text = context.files.exists('/etc/resolv.conf') ? context.files.readText('/etc/resolv.conf') : '';
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const values = (key: string) => lines.filter(([first]) => first === key).map(([, ...rest]) => rest);
  const ndots = values('options')
    .flat()
    .find((option) => option.startsWith('ndots:'))
    ?.slice(6);
  return {nameservers: values('nameserver').flat(), search: values('search').at(-1) ?? [], ndots: Number(ndots ?? 1)};
}

let lastId = 0;

/** Asks a name server over TCP. Rejects with the connection's error, or ETIMEDOUT. */
export async function query(
  server: string,
  port: number,
  name: string,
  type: string,
  context: ProgramContext,
  timeoutMs = 5000,
): Promise<DecodedPacket> {
  const signal = AbortSignal.any([context.signal, AbortSignal.timeout(timeoutMs)]);
  const connection = await context.network.connect({host: server, port}, {signal, timeoutMs});
  lastId = (lastId + 1) % 65_536;
  const question = {type, name: name.replace(/\.$/, ''), class: 'IN'} as Question;
  connection.write(streamEncode({type: 'query', id: lastId, flags: 0x0100, questions: [question]}));
  const close = () => connection.destroy(Object.assign(new Error('timed out'), {code: 'ETIMEDOUT'}));
  signal.addEventListener('abort', close, {once: true});
  try {
    let received = Buffer.alloc(0);
    for await (const part of connection as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, part]);
      if (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2) return streamDecode(received) as DecodedPacket;
    }
    throw Object.assign(new Error('the server closed the connection'), {code: 'ECONNRESET'});
  } finally {
    signal.removeEventListener('abort', close);
    connection.destroy();
  }
}

/** The names that a resolver would ask for, in turn. */
export function candidates(name: string, conf: ResolvConf): string[] {
  if (name.endsWith('.')) return [name];
  const searched = conf.search.map((domain) => `${name}.${domain.replace(/\.$/, '')}.`);
  const dots = name.split('.').length - 1;
  return dots >= conf.ndots ? [`${name}.`, ...searched] : [...searched, `${name}.`];
}

export function rcodeOf(packet: DecodedPacket): string {
  return (packet as DecodedPacket & {rcode?: string}).rcode ?? 'NOERROR';
}

/** A record's data as in a zone file. */
export function dataText(record: Answer): string {
  const data: unknown = 'data' in record ? record.data : '';
  if (typeof data === 'string') return ['CNAME', 'NS', 'PTR'].includes(record.type) ? `${data}.` : data;
  if (record.type === 'SRV') return `${record.data.priority} ${record.data.weight} ${record.data.port} ${record.data.target}.`;
  if (record.type === 'TXT')
    return [record.data]
      .flat()
      .map((each) => `"${each.toString()}"`)
      .join(' ');
  if (record.type === 'SOA') {
    const {mname, rname, serial, refresh, retry, expire, minimum} = record.data;
    return `${mname}. ${rname}. ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
  }
  return String(data);
}

/** The name under which an address is looked up in reverse; null for what is no address. */
export function reverseName(text: string): string | null {
  if (/^\d+(\.\d+){3}$/.test(text)) return `${text.split('.').toReversed().join('.')}.in-addr.arpa.`;
  if (!text.includes(':')) return null;
  const [head = '', tail] = text.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const groups = tail === undefined ? left : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  const digits = groups.map((group) => group.padStart(4, '0')).join('');
  return `${[...digits].toReversed().join('.')}.ip6.arpa.`;
}
