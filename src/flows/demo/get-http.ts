import http from 'node:http';
import type {Duplex} from 'node:stream';
import {KiadaError} from '../../errors.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** One GET over a stream that is open already; the stream is closed by it. */
export function getHttp(
  socket: Duplex,
  {host, port, path}: {host: string; port: number; path: string},
  timeoutMs: number,
): Promise<HttpAnswer> {
  const {promise, resolve, reject} = Promise.withResolvers<HttpAnswer>();
  const request = http.get({host, port, path, createConnection: () => socket, headers: {connection: 'close'}});
  const timer = setTimeout(() => request.destroy(new KiadaError('TIMED_OUT', `${host}:${port} did not answer in time`)), timeoutMs);
  request.on('error', reject);
  request.on('response', (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () =>
      resolve({status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8')}),
    );
  });
  return promise.finally(() => {
    clearTimeout(timer);
    socket.destroy();
  });
}
