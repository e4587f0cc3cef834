import net from 'node:net';
import {addressNumber, numberToAddress} from '../ip/index.ts';
import {DialError, type DialTarget} from './dial.ts';

/** Offers user name and password, nothing else (RFC 1928 section 3). */
export const GREETING = Buffer.from([5, 1, 2]);

/** User name and password (RFC 1929 section 2). */
export function formatCredentials(user: string, password: string): Buffer {
  return Buffer.concat([Buffer.from([1]), shortString(user), shortString(password)]);
}

const COMMANDS = {connect: 1, associate: 3};

/** RFC 1928 section 4. To connect, the address is that of the target; a name travels as it is, to be resolved at the other side. To associate, it is the client's own. */
export function formatRequest(command: keyof typeof COMMANDS, address: DialTarget): Buffer {
  return Buffer.concat([Buffer.from([5, COMMANDS[command], 0]), formatAddress(address)]);
}

/** What a datagram to a relay begins with (RFC 1928 section 7). */
export function formatDatagramHeader(target: DialTarget): Buffer {
  return Buffer.concat([Buffer.alloc(3), formatAddress(target)]);
}

/** What a datagram from a relay carries; null where it is a fragment, or no such datagram. */
export function datagramPayload(bytes: Buffer): Buffer | null {
  const [reserved, reservedToo, fragment, type = 0, length = 0] = bytes;
  if (reserved !== 0 || reservedToo !== 0 || fragment !== 0) return null;
  const size = type === 3 ? 1 + length : boundAddressSize(type);
  const start = size === null ? null : 4 + size + 2;
  return start === null || bytes.length < start ? null : bytes.subarray(start);
}

function formatAddress({host, port}: DialTarget): Buffer {
  const family = net.isIP(host);
  const address = family === 0 ? Buffer.concat([Buffer.from([3]), shortString(host)]) : numericAddress(host, family);
  return Buffer.concat([address, Buffer.from([port >> 8, port & 0xff])]);
}

function numericAddress(host: string, family: number): Buffer {
  const size = family === 4 ? 4 : 16;
  const digits = addressNumber(host)
    .toString(16)
    .padStart(2 * size, '0');
  return Buffer.concat([Buffer.from([family === 4 ? 1 : 4]), Buffer.from(digits, 'hex')]);
}

function shortString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length === 0 || bytes.length > 255)
    throw new DialError('EINVAL', `SOCKS5 carries 1 to 255 bytes, not ${bytes.length}: ${text.slice(0, 60)}`);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** Bytes of the bound address that follow an address type; null for a name, whose first byte tells, and for types that do not exist. */
export function boundAddressSize(type: number): number | null {
  return type === 1 ? 4 : type === 4 ? 16 : null;
}

/** An address of four or sixteen bytes as text. */
export function addressText(bytes: Buffer): string {
  return numberToAddress(BigInt(`0x${bytes.toString('hex')}`), bytes.length === 16 ? 'IPv6' : 'IPv4');
}

const FAILURES: Readonly<Record<number, readonly [code: string, text: string]>> = {
  1: ['ECONNABORTED', 'the proxy could not connect'],
  2: ['EACCES', 'the proxy does not allow it'],
  3: ['ENETUNREACH', 'network unreachable'],
  4: ['EHOSTUNREACH', 'host unreachable'],
  5: ['ECONNREFUSED', 'connection refused'],
  6: ['ETIMEDOUT', 'timed out on the way'],
  7: ['EOPNOTSUPP', 'the proxy does not know this command'],
  8: ['EAFNOSUPPORT', 'the proxy does not know this kind of address'],
};

/** The code of Node that says the same as a reply (RFC 1928 section 6). */
export function failureOf(reply: number): readonly [code: string, text: string] {
  return FAILURES[reply] ?? ['EPROTO', `unknown SOCKS5 reply ${reply}`];
}
