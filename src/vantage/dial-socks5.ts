import net from 'node:net';
import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import type {Vantage} from '../model/index.ts';
import {connected, type Dial, DialError, type DialedSocket, type DialTarget, guardDial} from './dial.ts';
import {addressText, boundAddressSize, failureOf, formatConnect, formatCredentials, GREETING} from './socks5-messages.ts';

/** The sandbox's SOCKS5 door. */
export interface Socks5Door {
  readonly host: string;
  readonly port: number;
  /** Chooses the vantage; see `socks5User`. */
  readonly user: string;
  readonly password: string;
}

/**
 * Dials from the vantage that the user name chooses (RFC 1928 and 1929, CONNECT). The reply's bound address is taken as the endpoint
 * that was reached. A door that cannot be reached is a KiadaError UNREACHABLE, so that it is never mistaken for a target that refuses;
 * a wrong password is a DialError EACCES; a door that speaks something else is EPROTO.
 */
export function dialSocks5(door: Socks5Door): Dial {
  return async (target, options = {}) => {
    options.signal?.throwIfAborted();
    // written before anything is opened: what cannot be said is known at once
    const messages = {credentials: formatCredentials(door.user, door.password), connect: formatConnect(target)};
    const socket = net.connect({host: door.host, port: door.port, noDelay: true});
    const release = guardDial(socket, target, options);
    try {
      await connected(socket).catch((error) => Promise.reject(doorError(error, door)));
      return await converse(socket, target, messages);
    } catch (error) {
      socket.destroy();
      throw error;
    } finally {
      release();
    }
  };
}

/** The user name that stands for a vantage at the sandbox's door. */
export function socks5User(vantage: Vantage): string {
  switch (vantage.kind) {
    case 'Pod':
      return `pod.${vantage.name}.${vantage.namespace}`;
    case 'Node':
      return `node.${vantage.name}`;
    case 'Outside':
      return vantage.ip === undefined ? 'outside' : `outside.${vantage.ip}`;
  }
}

function doorError(error: unknown, door: Socks5Door): unknown {
  if (error instanceof DialError || !(error instanceof Error) || !('syscall' in error || error instanceof AggregateError)) return error;
  return new KiadaError('UNREACHABLE', `the SOCKS5 door at ${hostPort(door.host, door.port)} cannot be reached`, {
    hint: 'See whether the sandbox runs: kiada sandbox status',
    cause: error,
  });
}

async function converse(socket: net.Socket, target: DialTarget, messages: {credentials: Buffer; connect: Buffer}): Promise<DialedSocket> {
  socket.write(GREETING);
  const [version, method] = await readExactly(socket, 2);
  if (version !== 5) throw new DialError('EPROTO', 'the door does not speak SOCKS5');
  if (method !== 2) throw new DialError('EACCES', 'the door takes no user name and password');
  socket.write(messages.credentials);
  const [, status] = await readExactly(socket, 2);
  if (status !== 0) throw new DialError('EACCES', 'the door does not know this vantage or password');
  socket.write(messages.connect);
  return {socket, endpoint: await readReply(socket, target), sourceSeen: null};
}

async function readReply(socket: net.Socket, target: DialTarget): Promise<DialedSocket['endpoint']> {
  const [version, reply = 1, , type = 0] = await readExactly(socket, 4);
  if (version !== 5) throw new DialError('EPROTO', 'the door does not speak SOCKS5');
  if (reply !== 0) {
    const [code, text] = failureOf(reply);
    throw new DialError(code, `cannot connect to ${hostPort(target.host, target.port)}: ${text}`);
  }
  const size = boundAddressSize(type);
  if (size === null && type !== 3) throw new DialError('EPROTO', `the door answers with address type ${type}, which SOCKS5 does not have`);
  const address = await readExactly(socket, size ?? (await readExactly(socket, 1)).readUInt8(0));
  const port = (await readExactly(socket, 2)).readUInt16BE(0);
  // a stream that was read by hand becomes an ordinary one again a tick after its last `readable` listener is gone
  await new Promise(setImmediate);
  const text = size === null ? null : addressText(address);
  return text === null || port === 0 ? null : {address: text, port};
}

/** The next bytes, no more: what the server sends after them is the caller's. */
async function readExactly(socket: net.Socket, size: number): Promise<Buffer> {
  for (;;) {
    const bytes = socket.read(size) as Buffer | null;
    if (bytes?.length === size) return bytes;
    if (bytes !== null || socket.readableEnded) throw closedEarly();
    await readable(socket);
  }
}

function readable(socket: net.Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      socket.off('readable', onReadable).off('error', settle).off('end', onEnd).off('close', onEnd);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onReadable = () => settle();
    const onEnd = () => settle(closedEarly());
    socket.on('readable', onReadable).on('error', settle).on('end', onEnd).on('close', onEnd);
  });
}

function closedEarly(): DialError {
  return new DialError('ECONNRESET', 'the door closed the connection before it had answered');
}
