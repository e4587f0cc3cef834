import {randomInt} from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import type {Duplex} from 'node:stream';
import {hostPort} from '../ip/index.ts';
import type {DnsAnswer, DnsQuestion} from '../model/index.ts';
import {DialError, type DialOptions, type DialTarget} from './dial.ts';
import {dialDirect} from './dial-direct.ts';
import {decodeReply, encodeQuestion, isSendableName} from './dns-message.ts';

export interface DnsQueryOptions extends DnsQuestion {
  readonly server: {readonly address: string; readonly port: number};
  /** UDP by default; an answer that does not fit is asked for again over TCP. */
  readonly transport?: 'udp' | 'tcp';
  /** For all of it; five seconds by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** How TCP reaches the server; from this machine by default. UDP always starts at this machine. */
  readonly dial?: StreamDial;
}

/** Any way to a stream of bytes: a socket, or a connection inside another. */
export type StreamDial = (target: DialTarget, options?: DialOptions) => Promise<{readonly socket: Duplex}>;

/** An unanswered datagram is sent this often in all, evenly over the time. */
const DATAGRAMS = 3;

/**
 * Asks a DNS server one question. Only a reply with the right id and question counts; all else that arrives by UDP is passed over.
 * Rejects with a DialError: ECONNREFUSED, ETIMEDOUT and the like, EBADRESP for a TCP server that answers something else, EINVAL for a
 * name that DNS cannot carry.
 */
export async function queryDns(options: DnsQueryOptions): Promise<DnsAnswer> {
  options.signal?.throwIfAborted();
  if (!isSendableName(options.name)) throw new DialError('EINVAL', `DNS cannot carry the name ${options.name}`);
  const deadline = Date.now() + (options.timeoutMs ?? 5000);
  if (options.transport !== 'tcp') {
    const reply = await askUdp(options, deadline);
    if (!reply.truncated) return reply.answer;
  }
  return askTcp(options, deadline);
}

type Reply = NonNullable<ReturnType<typeof decodeReply>>;

function askUdp(options: DnsQueryOptions, deadline: number): Promise<Reply> {
  const {server, signal} = options;
  const id = randomInt(0x10000);
  const question = encodeQuestion(id, options);
  return new Promise((resolve, reject) => {
    const socket = dgram.createSocket(net.isIPv6(server.address) ? 'udp6' : 'udp4');
    const left = deadline - Date.now();
    const resend = setInterval(() => socket.send(question), Math.max(1, left / DATAGRAMS));
    const late = setTimeout(() => finish(timedOut(options)), Math.max(0, left));
    const givenUp = () => finish(signal?.reason);
    const finish = (error: unknown, reply?: Reply) => {
      clearInterval(resend);
      clearTimeout(late);
      signal?.removeEventListener('abort', givenUp);
      socket.close();
      if (reply === undefined) reject(error);
      else resolve(reply);
    };
    signal?.addEventListener('abort', givenUp, {once: true});
    socket.once('error', (error) => finish(systemError(error, options)));
    socket.on('message', (bytes) => {
      const reply = decodeReply(bytes, id, options);
      if (reply !== null) finish(null, reply);
    });
    // connected, the socket hears of a closed port, and of nobody but the server
    socket.once('connect', () => socket.send(question));
    socket.connect(server.port, server.address);
  });
}

async function askTcp(options: DnsQueryOptions, deadline: number): Promise<DnsAnswer> {
  const {server, signal, dial = dialDirect()} = options;
  const id = randomInt(0x10000);
  const left = () => Math.max(1, deadline - Date.now());
  const {socket} = await dial({host: server.address, port: server.port}, {timeoutMs: left(), ...(signal === undefined ? {} : {signal})});
  const late = setTimeout(() => socket.destroy(timedOut(options)), left());
  const givenUp = () => socket.destroy(signal?.reason instanceof Error ? signal.reason : new Error(String(signal?.reason)));
  signal?.addEventListener('abort', givenUp, {once: true});
  try {
    const question = encodeQuestion(id, options);
    socket.write(Buffer.concat([Buffer.from([question.length >> 8, question.length & 0xff]), question]));
    const reply = decodeReply(await readMessage(socket), id, options);
    if (reply === null || reply.truncated) throw badResponse(options);
    return reply.answer;
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', givenUp);
    socket.destroy();
  }
}

/** The first message of a connection: two bytes of length before it. */
async function readMessage(socket: Duplex): Promise<Buffer> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    if (bytes.length >= 2 && bytes.length >= 2 + bytes.readUInt16BE(0)) return bytes.subarray(2, 2 + bytes.readUInt16BE(0));
  }
  throw new DialError('ECONNRESET', 'the DNS server closed the connection before it had answered');
}

function timedOut({server}: DnsQueryOptions): DialError {
  return new DialError('ETIMEDOUT', `no answer from the DNS server ${hostPort(server.address, server.port)}`);
}

function badResponse({server}: DnsQueryOptions): DialError {
  return new DialError('EBADRESP', `the DNS server ${hostPort(server.address, server.port)} answers something else than was asked`);
}

function systemError(error: Error, {server}: DnsQueryOptions): DialError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ECONNABORTED';
  return new DialError(code, `cannot ask the DNS server ${hostPort(server.address, server.port)}: ${code}`, error);
}
