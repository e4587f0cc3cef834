import type {IncomingMessage, ServerResponse} from 'node:http';
import type {ProgramContext} from '../../../model/index.ts';
import type {NginxConfig, Scope, ServerConfig} from './config.ts';
import {NGINX_VERSION} from './default-files.ts';
import type {Variables} from './variables.ts';

/** One request on its way through nginx. What changes on the way is not readonly. */
export interface Exchange {
  readonly context: ProgramContext;
  readonly config: NginxConfig;
  readonly server: ServerConfig;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly number: number;
  readonly startedMs: number;
  readonly isSecure: boolean;
  /** The path after decoding and internal redirects. */
  uri: string;
  args: string;
  scope: Scope;
  /** The status that an error page keeps, or null. */
  errorStatus: number | null;
  bodyBytes: number;
  upstreamAddress: string;
  redirects: number;
}

/** The values of nginx's variables for this request as it stands. */
export function variablesOf(exchange: Exchange): Variables {
  return (name) => {
    const known = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
    if (known !== undefined) return known(exchange);
    const {request, response} = exchange;
    if (name.startsWith('http_')) return textOf(request.headers[name.slice(5).replaceAll('_', '-')]);
    if (name.startsWith('sent_http_')) return textOf(response.getHeader(name.slice(10).replaceAll('_', '-')));
    if (name.startsWith('arg_')) return new URLSearchParams(exchange.args).get(name.slice(4)) ?? '';
    if (name.startsWith('cookie_')) return cookieOf(request, name.slice(7));
    return '';
  };
}

/** The client's address, an IPv4 one never in its IPv6 form. */
export function clientOf({request}: Exchange): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

const VALUES: Readonly<Record<string, (exchange: Exchange) => string>> = {
  args: ({args}) => args,
  query_string: ({args}) => args,
  is_args: ({args}) => (args === '' ? '' : '?'),
  body_bytes_sent: ({bodyBytes}) => String(bodyBytes),
  bytes_sent: ({bodyBytes}) => String(bodyBytes),
  connection: ({number}) => String(number),
  content_length: ({request}) => request.headers['content-length'] ?? '',
  content_type: ({request}) => request.headers['content-type'] ?? '',
  document_root: ({scope}) => scope.alias ?? scope.root,
  document_uri: ({uri}) => uri,
  uri: ({uri}) => uri,
  host: (exchange) => hostOf(exchange),
  hostname: ({context}) => context.hostname,
  https: ({isSecure}) => (isSecure ? 'on' : ''),
  msec: () => (Date.now() / 1000).toFixed(3),
  nginx_version: () => NGINX_VERSION,
  pid: () => '1',
  proxy_host: ({scope}) => URL.parse(scope.proxyPass ?? '')?.host ?? '',
  proxy_port: ({scope}) => URL.parse(scope.proxyPass ?? '')?.port || '80',
  proxy_add_x_forwarded_for: (exchange) => [exchange.request.headers['x-forwarded-for'], clientOf(exchange)].filter(Boolean).join(', '),
  remote_addr: (exchange) => clientOf(exchange),
  remote_port: ({request}) => String(request.socket.remotePort ?? ''),
  request: ({request}) => `${request.method} ${request.url} HTTP/${request.httpVersion}`,
  request_filename: ({scope, uri}) => scope.root + uri,
  request_id: ({number, startedMs}) => (BigInt(startedMs) * 1_000_003n + BigInt(number)).toString(16).padStart(32, '0'),
  request_length: ({request}) => String(request.socket.bytesRead ?? 0),
  request_method: ({request}) => request.method ?? '',
  request_time: ({startedMs}) => ((Date.now() - startedMs) / 1000).toFixed(3),
  request_uri: ({request}) => request.url ?? '',
  scheme: ({isSecure}) => (isSecure ? 'https' : 'http'),
  server_addr: ({request}) => request.socket.localAddress ?? '',
  server_name: ({server}) => server.names[0] ?? '',
  server_port: ({request}) => String(request.socket.localPort ?? ''),
  server_protocol: ({request}) => `HTTP/${request.httpVersion}`,
  status: ({response}) => String(response.statusCode),
  time_iso8601: () => new Date().toISOString().replace(/\.\d+Z$/, '+00:00'),
  time_local: () => localTime(new Date()),
  upstream_addr: ({upstreamAddress}) => upstreamAddress,
};

function hostOf({request, server}: Exchange): string {
  const host = request.headers.host?.replace(/:\d+$/, '').toLowerCase();
  return host || (server.names[0] ?? '');
}

function textOf(value: string | number | readonly string[] | undefined): string {
  return value === undefined ? '' : typeof value === 'object' ? value.join(', ') : String(value);
}

function cookieOf(request: IncomingMessage, name: string): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return (
    pairs
      .find(([key]) => key === name)
      ?.slice(1)
      .join('=') ?? ''
  );
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The time as access logs have it; containers run on UTC. */
function localTime(date: Date): string {
  const [, year, , day, time] = /^(\d+)-(\d+)-(\d+)T([\d:]+)/.exec(date.toISOString()) ?? [];
  return `${day}/${MONTHS[date.getUTCMonth()]}/${year}:${time} +0000`;
}
