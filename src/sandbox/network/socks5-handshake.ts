import {createHash, timingSafeEqual} from 'node:crypto';
import {isIP, type Socket} from 'node:net';
import type {NetworkOrigin} from '../pod-network.ts';
import type {Place} from './flow-table.ts';
import {
  formatReply,
  type Parsed,
  parseCredentials,
  parseGreeting,
  parseRequest,
  SOCKS_REPLY,
  type SocksRequest,
} from './socks5-messages.ts';
import {parseSocksUser} from './socks5-vantage.ts';

const METHOD_PASSWORD = 2;
const METHOD_NONE_ACCEPTABLE = 0xff;
const COMMAND_CONNECT = 1;
const COMMAND_ASSOCIATE = 3;

export interface AskedConnection {
  readonly command: 'connect';
  readonly from: NetworkOrigin;
  readonly host: string;
  readonly port: number;
}

export interface AskedAssociation {
  readonly command: 'associate';
  readonly from: NetworkOrigin;
  /** Where the client's datagrams come from. */
  readonly client: Place;
}

export type Asked = AskedConnection | AskedAssociation;

/** Greeting, password, request. null: it was refused, and the client has been told. */
export async function handshake(token: string, socket: Socket): Promise<Asked | null> {
  const methods = await receive(socket, parseGreeting);
  if (methods === null) return null;
  if (!methods.includes(METHOD_PASSWORD)) return refuse(socket, Buffer.from([5, METHOD_NONE_ACCEPTABLE]));
  socket.write(Buffer.from([5, METHOD_PASSWORD]));
  const credentials = await receive(socket, parseCredentials);
  if (credentials === null) return null;
  const from = parseSocksUser(credentials.user);
  const admitted = isSame(credentials.password, token);
  if (from === null || !admitted) return refuse(socket, Buffer.from([1, 1]));
  socket.write(Buffer.from([1, 0]));
  const request = await receive(socket, parseRequest);
  return request === null ? null : checkRequest(socket, from, request);
}

function checkRequest(socket: Socket, from: NetworkOrigin, {command, host, port}: SocksRequest): Asked | null {
  if (host === null) return refuse(socket, formatReply(SOCKS_REPLY.addressTypeNotSupported));
  if (command === COMMAND_ASSOCIATE) {
    const client = clientOf(socket, host, port);
    return client ? {command: 'associate', from, client} : refuse(socket, formatReply(SOCKS_REPLY.notAllowed));
  }
  if (command !== COMMAND_CONNECT) return refuse(socket, formatReply(SOCKS_REPLY.commandNotSupported));
  if (port === 0 || host === '') return refuse(socket, formatReply(SOCKS_REPLY.generalFailure));
  return {command: 'connect', from, host, port};
}

/**
 * The address that an association listens to; null where the client does not name it. RFC 1928 lets a client leave it open; here whoever was
 * quick enough to send first would be let in without a password then. All zeros with a port stand for the address that the client has already.
 */
function clientOf(socket: Socket, host: string, port: number): Place | null {
  const own = socket.remoteAddress ?? '';
  const address = host === '0.0.0.0' || host === '::' ? own : host;
  const isLoopback = address.startsWith('127.') || address === '::1';
  return port !== 0 && isLoopback && isIP(address) !== 0 && isIP(address) === isIP(own) ? {address, port} : null;
}

/** The next message, with what follows it left in the socket; null where it is bad or the client went away. */
function receive<Message>(socket: Socket, parse: (bytes: Buffer) => Parsed<Message>): Promise<Message | null> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const finish = (message: Message | null): void => {
      socket.removeListener('readable', onReadable).removeListener('close', onClose).removeListener('end', onClose);
      if (message === null) socket.destroy();
      resolve(message);
    };
    const onClose = (): void => finish(null);
    const onReadable = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk === null) return;
      bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
      const parsed = parse(bytes);
      if (parsed.kind === 'more') return; // no message is longer than 513 bytes, so this ends soon
      if (parsed.kind === 'bad') {
        finish(null);
        return;
      }
      const rest = bytes.subarray(parsed.length);
      if (rest.length > 0) socket.unshift(rest);
      finish(parsed.message);
    };
    socket.on('readable', onReadable).once('close', onClose).once('end', onClose);
    onReadable();
  });
}

/** The last thing that a client hears. */
export function refuse(socket: Socket, reply: Buffer): null {
  socket.end(reply);
  socket.destroySoon();
  return null;
}

/** Takes the same time whatever differs. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
