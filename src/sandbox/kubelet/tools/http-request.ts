import {type IncomingMessage, request} from 'node:http';
import {connect as connectTls} from 'node:tls';
import type {Connection, ProgramNetwork} from '../../../model/index.ts';

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array | null;
  readonly insecure: boolean;
  readonly family: 4 | 6 | null;
  readonly connectTimeoutMs: number | null;
  /** Another place to connect to than the URL's host. */
  readonly connectTo: string | null;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly message: IncomingMessage;
  readonly connection: Connection;
  readonly address: string;
  /** Milliseconds from the start. */
  readonly times: {readonly lookup: number; readonly connect: number; readonly firstByte: number};
}

/** What went wrong, at which step. */
export class HttpFailure extends Error {
  readonly step: 'resolve' | 'connect' | 'tls' | 'exchange';
  readonly code: string;
  readonly elapsedMs: number;
  constructor(step: HttpFailure['step'], cause: unknown, elapsedMs: number) {
    super(cause instanceof Error ? cause.message : String(cause), {cause});
    this.step = step;
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    this.elapsedMs = elapsedMs;
  }
}

/** One HTTP/1.1 exchange over the pod's network. The answer's body is the caller's to read; closing the connection is too. */
export async function exchange(wanted: HttpRequest, network: ProgramNetwork): Promise<HttpAnswer> {
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  const fail = (step: HttpFailure['step']) => (error: unknown) => {
    throw new HttpFailure(step, error, elapsed());
  };
  const host = wanted.url.hostname.replace(/^\[|\]$/g, '');
  const port = portOf(wanted.url);
  const [address = host] = wanted.connectTo
    ? [wanted.connectTo]
    : await network.lookup(host, wanted.family ?? undefined).catch(fail('resolve'));
  const lookup = elapsed();
  const timeout = wanted.connectTimeoutMs === null ? {} : {timeoutMs: wanted.connectTimeoutMs};
  const connection = await network.connect({host: address, port}, {signal: wanted.signal, ...timeout}).catch(fail('connect'));
  const connect = elapsed();
  const stream = wanted.url.protocol === 'https:' ? await secure(connection, host, wanted.insecure).catch(fail('tls')) : connection;
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>();
  const sent = request({
    host,
    port,
    method: wanted.method,
    path: `${wanted.url.pathname}${wanted.url.search}`,
    headers: wanted.headers.flat(),
    setDefaultHeaders: false,
    createConnection: () => stream,
    signal: wanted.signal,
  });
  sent.on('response', resolve).on('error', reject);
  sent.end(wanted.body ?? undefined);
  const message = await promise.catch(fail('exchange'));
  return {message, connection, address, times: {lookup, connect, firstByte: elapsed()}};
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function secure(connection: Connection, host: string, insecure: boolean) {
  const {promise, resolve, reject} = Promise.withResolvers<ReturnType<typeof connectTls>>();
  const servername = /[a-z]/i.test(host) && !host.includes(':') ? {servername: host} : {};
  const socket = connectTls({socket: connection, rejectUnauthorized: !insecure, ALPNProtocols: ['http/1.1'], ...servername});
  socket.once('secureConnect', () => resolve(socket)).once('error', reject);
  return promise;
}
