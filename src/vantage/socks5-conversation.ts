import net from 'node:net';
import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import {connected, DialError, type DialOptions, type DialTarget, guardDial} from './dial.ts';
import {addressText, boundAddressSize, failureOf, formatCredentials, GREETING} from './socks5-messages.ts';

/** The sandbox's SOCKS5 door. */
export interface Socks5Door {
  readonly host: string;
  readonly port: number;
  /** Chooses the vantage; see `socks5User`. */
  readonly user: string;
  readonly password: string;
}

/** An address that a reply tells; null where it tells none. */
export type Bound = {readonly address: string; readonly port: number} | null;

/**
 * Greets the door, names vantage and password (RFC 1928 and 1929), and sends the request that `request` gives. A door that cannot be reached
 * is a KiadaError UNREACHABLE, so that it is never mistaken for a target that refuses; a wrong password is a DialError EACCES; a door
 * that speaks something else is EPROTO. Other replies than success are DialErrors about the target.
 */
export async function askDoor(
  door: Socks5Door,
  request: Buffer,
  target: DialTarget,
  options: DialOptions,
): Promise<{readonly socket: net.Socket; readonly bound: Bound}> {
  options.signal?.throwIfAborted();
  // written before anything is opened: what cannot be said is known at once
  const credentials = formatCredentials(door.user, door.password);
  const socket = net.connect({host: door.host, port: door.port, noDelay: true});
  const release = guardDial(socket, target, options);
  try {
    await connected(socket).catch((error) => Promise.reject(doorError(error, door)));
    await enter(socket, credentials);
    socket.write(request);
    return {socket, bound: await readReply(socket, target)};
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    release();
  }
}

function doorError(error: unknown, door: Socks5Door): unknown {
  if (error instanceof DialError || !(error instanceof Error) || !('syscall' in error || error instanceof AggregateError)) return error;
  return new KiadaError('UNREACHABLE', `the SOCKS5 door at ${hostPort(door.host, door.port)} cannot be reached`, {
    hint: 'See whether the sandbox runs: kiada sandbox status',
    cause: error,
  });
}

async function enter(socket: net.Socket, credentials: Buffer): Promise<void> {
  socket.write(GREETING);
  const [version, method] = await readExactly(socket, 2);
  if (version !== 5) throw new DialError('EPROTO', 'the door does not speak SOCKS5');
  if (method !== 2) throw new DialError('EACCES', 'the door takes no user name and password');
  socket.write(credentials);
  const [, status] = await readExactly(socket, 2);
  if (status !== 0) throw new DialError('EACCES', 'the door does not know this vantage or password');
}

/** The next reply. Rejects with a DialError that says what it says, or ECONNRESET where the door ends the connection. */
export async function readReply(socket: net.Socket, target: DialTarget): Promise<Bound> {
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
    if (bytes !== null || socket.readableEnded || socket.destroyed) throw closedEarly();
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
