import {isIPv4, isIPv6} from 'node:net';
import {addressNumber, numberToAddress} from '../../ip/index.ts';

/** RFC 1928, section 6, as far as the server says them. */
export const SOCKS_REPLY = {
  succeeded: 0,
  generalFailure: 1,
  notAllowed: 2,
  networkUnreachable: 3,
  hostUnreachable: 4,
  connectionRefused: 5,
  commandNotSupported: 7,
  addressTypeNotSupported: 8,
} as const;

/** What a message read from the front of the buffer comes to: `more` has to come, it is `bad`, or it is there and was so long. */
export type Parsed<Message> =
  | {readonly kind: 'more'}
  | {readonly kind: 'bad'}
  | {readonly kind: 'done'; readonly message: Message; readonly length: number};

const MORE = {kind: 'more'} as const;
const BAD = {kind: 'bad'} as const;

/** The client's methods of authentication (RFC 1928, section 3). */
export function parseGreeting(bytes: Buffer): Parsed<readonly number[]> {
  if (bytes.length > 0 && bytes[0] !== 5) return BAD;
  const count = bytes[1];
  if (count === undefined || bytes.length < 2 + count) return MORE;
  return {kind: 'done', message: [...bytes.subarray(2, 2 + count)], length: 2 + count};
}

/** User name and password (RFC 1929). */
export function parseCredentials(bytes: Buffer): Parsed<{readonly user: string; readonly password: string}> {
  if (bytes.length > 0 && bytes[0] !== 1) return BAD;
  const userLength = bytes[1];
  if (userLength === undefined) return MORE;
  const passwordLength = bytes[2 + userLength];
  if (passwordLength === undefined) return MORE;
  const end = 3 + userLength + passwordLength;
  if (bytes.length < end) return MORE;
  const user = bytes.toString('utf8', 2, 2 + userLength);
  return {kind: 'done', message: {user, password: bytes.toString('utf8', 3 + userLength, end)}, length: end};
}

/** Command, and the address as text; null for an address type that does not exist. */
export interface SocksRequest {
  readonly command: number;
  readonly host: string | null;
  readonly port: number;
}

/** RFC 1928, section 4. */
export function parseRequest(bytes: Buffer): Parsed<SocksRequest> {
  if (bytes.length > 0 && bytes[0] !== 5) return BAD;
  const command = bytes[1];
  if (command === undefined) return MORE;
  const address = parseAddress(bytes);
  if (address.kind === 'more') return MORE;
  if (address.kind === 'bad') return {kind: 'done', message: {command, host: null, port: 0}, length: bytes.length};
  return {...address, message: {command, ...address.message}};
}

/** A datagram on its way to or from a relay, without its header. */
export interface SocksDatagram {
  /** As text: an address, or a name. */
  readonly host: string;
  readonly port: number;
  readonly data: Buffer;
}

/** RFC 1928, section 7. null for what a relay drops: fragments, and what is no such datagram. */
export function parseDatagram(bytes: Buffer): SocksDatagram | null {
  const [reserved, reservedToo, fragment] = bytes;
  if (reserved !== 0 || reservedToo !== 0 || fragment !== 0) return null;
  const address = parseAddress(bytes);
  if (address.kind !== 'done') return null;
  const {host, port} = address.message;
  return host === '' || port === 0 ? null : {host, port, data: bytes.subarray(address.length)};
}

/** The header of a datagram from this address. */
export function formatDatagramHeader(address: string, port: number): Buffer {
  return Buffer.concat([Buffer.alloc(3), formatAddress(address, port)]);
}

/** Address type, address and port behind the first three bytes of a request or a datagram; `bad`: an address type that does not exist. */
function parseAddress(bytes: Buffer): Parsed<{readonly host: string; readonly port: number}> {
  const type = bytes[3];
  const first = bytes[4];
  if (type === undefined) return MORE;
  if (type !== 1 && type !== 3 && type !== 4) return BAD;
  if (first === undefined) return MORE;
  const start = type === 3 ? 5 : 4;
  const end = start + (type === 1 ? 4 : type === 4 ? 16 : first);
  if (bytes.length < end + 2) return MORE;
  const host = type === 3 ? bytes.toString('latin1', start, end) : addressOf(bytes.subarray(start, end));
  return {kind: 'done', message: {host, port: bytes.readUInt16BE(end)}, length: end + 2};
}

/** A reply with the address that the server's side of the connection has. */
export function formatReply(code: number, address = '0.0.0.0', port = 0): Buffer {
  return Buffer.concat([Buffer.from([5, code, 0]), formatAddress(address, port)]);
}

function formatAddress(address: string, port: number): Buffer {
  const type = isIPv6(address) ? 4 : 1;
  const raw = isIPv4(address) || type === 4 ? bytesOf(address, type === 4 ? 16 : 4) : Buffer.alloc(4);
  return Buffer.concat([Buffer.from([type]), raw, Buffer.from([port >> 8, port & 255])]);
}

function addressOf(raw: Buffer): string {
  const value = raw.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return numberToAddress(value, raw.length === 16 ? 'IPv6' : 'IPv4');
}

function bytesOf(address: string, size: number): Buffer {
  return Buffer.from(
    addressNumber(address)
      .toString(16)
      .padStart(2 * size, '0'),
    'hex',
  );
}
