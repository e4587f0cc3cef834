import http from 'node:http';
import {isIP} from 'node:net';
import type {Duplex} from 'node:stream';
import tls from 'node:tls';
import type {ProgramNetwork} from '../model/index.ts';
import {readBody} from './read-body.ts';

export interface HttpCall {
  readonly url: string;
  readonly method?: string;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  /** For the whole exchange, connecting included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One call over the program's network, its answer read whole. Rejects with the connection's error, or one whose code is ETIMEDOUT. */
export async function requestHttp(network: ProgramNetwork, call: HttpCall, limitBytes = 1024 * 1024): Promise<HttpAnswer> {
  const deadline = AbortSignal.timeout(call.timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline;
  try {
    const request = openHttp(network, {...call, signal});
    request.end(call.body);
    const response = await answerOf(request);
    const body = await readBody(response, limitBytes);
    if (body === null) throw new Error(`the answer of ${call.url} is longer than ${limitBytes} bytes`);
    return {status: response.statusCode ?? 0, headers: response.headers, body};
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw Object.assign(new Error(`no answer from ${call.url} within ${call.timeoutMs} ms`, {cause: error}), {code: 'ETIMEDOUT'});
  }
}

/** A request over the program's network that the caller writes and reads itself. Each has a connection of its own, so each meets a new balancing decision. */
export function openHttp(network: ProgramNetwork, call: Omit<HttpCall, 'body' | 'timeoutMs'>): http.ClientRequest {
  const url = new URL(call.url);
  const encrypted = url.protocol === 'https:';
  if (!encrypted && url.protocol !== 'http:') throw new Error(`cannot call ${call.url}: only http and https URLs are known`);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port) || (encrypted ? 443 : 80);
  const connect = async (): Promise<Duplex> => {
    const connection = await network.connect({host, port}, call.signal ? {signal: call.signal} : {});
    return encrypted
      ? tls.connect({socket: connection, ALPNProtocols: ['http/1.1'], ...(isIP(host) ? {} : {servername: host})})
      : connection;
  };
  return http.request({
    host: url.host,
    path: url.pathname + url.search,
    method: call.method ?? 'GET',
    headers: {Host: url.host, ...call.headers},
    ...(call.signal ? {signal: call.signal} : {}),
    createConnection: (_options, done) => {
      connect().then(
        (connection) => done(null, connection),
        (error: Error) => done(error, undefined as never),
      );
      return undefined;
    },
  });
}

function answerOf(request: http.ClientRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
}
