import type {IncomingMessage, OutgoingHttpHeaders} from 'node:http';
import {openHttp} from '../../../program/index.ts';
import type {LocationConfig, NginxConfig} from './config.ts';
import {type Exchange, variablesOf} from './exchange.ts';
import {type Outcome, SENT} from './outcome.ts';
import {putHeaders} from './send.ts';
import {expand} from './variables.ts';

const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'proxy-connection',
  'server',
  'date',
]);

/** Passes a request on to another server, and its answer back. 502 where it cannot be reached, 504 where it does not answer in time. */
export async function serveProxy(exchange: Exchange, location: LocationConfig): Promise<Outcome> {
  const {request, response, context, scope} = exchange;
  const url = targetOf(exchange, location);
  const deadline = AbortSignal.timeout(scope.proxyTimeoutMs);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let upstream: IncomingMessage;
  try {
    upstream = await send(exchange, url, AbortSignal.any([deadline, gone.signal, context.signal]));
  } catch (error) {
    const {message} = error as Error;
    if (deadline.aborted) return {kind: 'error', status: 504, log: `upstream timed out while connecting to upstream, upstream: "${url}"`};
    return {kind: 'error', status: 502, log: `${message} while connecting to upstream, upstream: "${url}"`};
  }
  for (const [name, value] of Object.entries(upstream.headersDistinct)) {
    if (!HOP_BY_HOP.has(name) && value !== undefined) response.setHeader(name, value.length === 1 ? (value[0] ?? '') : value);
  }
  putHeaders(exchange, upstream.statusCode ?? 502);
  upstream.on('data', (chunk: Buffer) => {
    exchange.bodyBytes += chunk.length;
  });
  upstream.on('error', () => response.destroy());
  upstream.pipe(response);
  request.resume();
  return SENT;
}

function send(exchange: Exchange, url: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = openHttp(exchange.context.network, {
      url,
      method: exchange.request.method ?? 'GET',
      headers: headersFor(exchange, url),
      signal,
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    exchange.request.pipe(outgoing);
  });
}

/** Headers go on as they came, but for the connection's own and those of `proxy_set_header`; an empty value leaves one out. */
function headersFor(exchange: Exchange, url: string): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(exchange.request.headersDistinct)) if (!HOP_BY_HOP.has(name)) headers[name] = value;
  headers['host'] = new URL(URL.parse(exchange.scope.proxyPass ?? '') ? (exchange.scope.proxyPass ?? '') : url).host;
  const variables = variablesOf(exchange);
  for (const {name, value} of exchange.scope.proxyHeaders) {
    const text = expand(value, variables);
    if (text === '') delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = text;
  }
  return headers;
}

/** With a path in `proxy_pass` that path takes the place of the location's; without one the request's own goes on unchanged. */
function targetOf(exchange: Exchange, location: LocationConfig): string {
  const {config, scope, request, uri, args} = exchange;
  const given = expand(scope.proxyPass ?? '', variablesOf(exchange));
  const [, origin = '', path] = /^(https?:\/\/[^/?]*)(\/.*)?$/.exec(given) ?? [];
  const server = pickServer(config, origin, exchange.number);
  exchange.upstreamAddress = server.replace(/^https?:\/\//, '');
  if (path === undefined)
    return server + (exchange.redirects > 0 ? encodeURI(uri) + (args === '' ? '' : `?${args}`) : (request.url ?? '/'));
  if (location.kind === 'regex' || (scope.proxyPass ?? '').includes('$')) return server + path;
  return server + path + encodeURI(uri.slice(location.path.length)) + (args === '' ? '' : `?${args}`);
}

/** A name of an `upstream` block stands for its servers, in turn. */
function pickServer(config: NginxConfig, origin: string, turn: number): string {
  const name = origin.replace(/^https?:\/\//, '');
  const servers = config.upstreams.get(name);
  if (servers === undefined) return origin;
  return origin.slice(0, origin.length - name.length) + servers[turn % servers.length];
}
