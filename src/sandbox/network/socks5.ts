import {createHash, timingSafeEqual} from 'node:crypto';
import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import type {NetworkOrigin} from '../pod-network.ts';
import {enterFromHost, expectVanishing} from './host-socket.ts';
import type {Entry, SandboxNetwork} from './network.ts';
import {NetworkError} from './network-error.ts';
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

export interface Socks5Options {
  readonly network: SandboxNetwork;
  /** The password of every user name. */
  readonly token: string;
  readonly host?: string;
  readonly port?: number;
  /** For greeting, password and request together. */
  readonly handshakeMs?: number;
  readonly maxConnections?: number;
}

export interface Socks5Server {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

const METHOD_PASSWORD = 2;
const METHOD_NONE_ACCEPTABLE = 0xff;
const COMMAND_CONNECT = 1;

/**
 * The door for programs of the host: a SOCKS5 proxy (RFC 1928, 1929) whose user name chooses the vantage (`parseSocksUser`). CONNECT only.
 * The reply's address is the endpoint that was reached, after destination NAT. Names are resolved as the vantage resolves them. Once the way
 * is decided, the listener in the pod gets the very socket. While a connection is dropped, the reply stays out, as an answer to a SYN does.
 */
export async function startSocks5(options: Socks5Options): Promise<Socks5Server> {
  const {host = '127.0.0.1', port = 0, maxConnections = 10_000} = options;
  const sockets = new Set<Socket>();
  const server = createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void serve(options, socket);
  });
  server.maxConnections = maxConnections;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return {
    address: bound.address,
    port: bound.port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(options: Socks5Options, socket: Socket): Promise<void> {
  expectVanishing(socket);
  const deadline = setTimeout(() => socket.destroy(), options.handshakeMs ?? 10_000).unref();
  const asked = await handshake(options, socket);
  clearTimeout(deadline);
  if (asked === null) return;
  const entry = await enter(options.network, socket, asked);
  if (entry === null || socket.destroyed) return;
  socket.write(formatReply(SOCKS_REPLY.succeeded, entry.endpoint.address, entry.endpoint.port));
  entry.handOver(socket);
}

interface Asked {
  readonly from: NetworkOrigin;
  readonly host: string;
  readonly port: number;
}

/** Greeting, password, request. null: it was refused, and the client has been told. */
async function handshake(options: Socks5Options, socket: Socket): Promise<Asked | null> {
  const methods = await receive(socket, parseGreeting);
  if (methods === null) return null;
  if (!methods.includes(METHOD_PASSWORD)) return refuse(socket, Buffer.from([5, METHOD_NONE_ACCEPTABLE]));
  socket.write(Buffer.from([5, METHOD_PASSWORD]));
  const credentials = await receive(socket, parseCredentials);
  if (credentials === null) return null;
  const from = parseSocksUser(credentials.user);
  const admitted = isSame(credentials.password, options.token);
  if (from === null || !admitted) return refuse(socket, Buffer.from([1, 1]));
  socket.write(Buffer.from([1, 0]));
  const request = await receive(socket, parseRequest);
  return request === null ? null : checkRequest(socket, from, request);
}

function checkRequest(socket: Socket, from: NetworkOrigin, {command, host, port}: SocksRequest): Asked | null {
  if (host === null) return refuse(socket, formatReply(SOCKS_REPLY.addressTypeNotSupported));
  if (command !== COMMAND_CONNECT) return refuse(socket, formatReply(SOCKS_REPLY.commandNotSupported));
  if (port === 0 || host === '') return refuse(socket, formatReply(SOCKS_REPLY.generalFailure));
  return {from, host, port};
}

async function enter(network: SandboxNetwork, socket: Socket, {from, host, port}: Asked): Promise<Entry | null> {
  // The 'readable' listeners of the handshake are gone, but the stream leaves its paused mode only a tick later.
  await new Promise(setImmediate);
  try {
    return await enterFromHost(network, from, {host, port}, socket);
  } catch (error) {
    return refuse(socket, formatReply(replyTo(error)));
  }
}

function replyTo(error: unknown): number {
  if (!(error instanceof NetworkError)) return SOCKS_REPLY.generalFailure;
  switch (error.code) {
    case 'ENETUNREACH':
      return SOCKS_REPLY.networkUnreachable;
    case 'ECONNREFUSED':
      return SOCKS_REPLY.connectionRefused;
    case 'EHOSTUNREACH':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return SOCKS_REPLY.hostUnreachable;
    default:
      return SOCKS_REPLY.generalFailure;
  }
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

function refuse(socket: Socket, reply: Buffer): null {
  socket.end(reply);
  socket.destroySoon();
  return null;
}

/** Takes the same time whatever differs. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
