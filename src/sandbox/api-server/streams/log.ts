import type {LogOptions} from '../../pod-runtime.ts';
import {badRequest} from '../errors.ts';
import {isTrue, type ResourceExchange} from '../http/exchange.ts';
import {runtimeOf} from './runtime.ts';

/** `GET pods/NAME/log`: the container's log as plain text, followed where that is asked for. */
export async function serveLog(exchange: ResourceExchange): Promise<void> {
  const {target, query, response, parts} = exchange;
  const container = query.get('container');
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, parts.signal]);
  const pod = {namespace: target.namespace, name: target.name, container: container === '' ? null : container};
  const chunks = runtimeOf(exchange).logs(pod, parseLogOptions(query), signal)[Symbol.asyncIterator]();
  // the first chunk is awaited before the headers go: a container that is not there is still a 400
  let next = parts.signal.aborted ? {done: true as const, value: undefined} : await firstOrHeaders(exchange, chunks);
  while (next.done !== true) {
    if (!response.write(next.value)) await drained(exchange);
    if (signal.aborted) break;
    next = await chunks.next();
  }
  response.end();
}

/** A followed log may be silent for long: then the headers go first, so that the client knows it is connected. */
async function firstOrHeaders({response}: ResourceExchange, chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  const timer = setTimeout(() => writeHead(), 250);
  const writeHead = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, {'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private'});
    response.flushHeaders();
  };
  try {
    const first = await chunks.next();
    writeHead();
    return first;
  } finally {
    clearTimeout(timer);
  }
}

function drained({response}: ResourceExchange): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  const done = (): void => {
    response.off('drain', done);
    response.off('close', done);
    resolve();
  };
  response.on('drain', done);
  response.on('close', done);
  return promise;
}

function parseLogOptions(query: URLSearchParams): LogOptions {
  return {
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    tailLines: natural(query, 'tailLines'),
    sinceSeconds: natural(query, 'sinceSeconds'),
    sinceTime: query.get('sinceTime') || null,
    limitBytes: natural(query, 'limitBytes'),
  };
}

function natural(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  if (text === null || text === '') return null;
  if (!/^\d+$/.test(text)) throw badRequest(`${name}: Invalid value: ${JSON.stringify(text)}: must be a whole number not below 0`);
  return Number(text);
}
