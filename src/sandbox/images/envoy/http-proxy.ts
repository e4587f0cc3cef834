import http, {type IncomingMessage, type OutgoingHttpHeaders, type RequestListener, type ServerResponse} from 'node:http';
import type {ProgramContext} from '../../../model/index.ts';
import type {Cluster} from './cluster.ts';
import type {HttpFilter, RouteConfig, VirtualHost} from './config.ts';

type ClusterAction = Extract<RouteConfig['action'], {readonly kind: 'cluster'}>;

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te']);

export interface HttpProxy {
  readonly context: ProgramContext;
  readonly filter: HttpFilter;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly isSecure: boolean;
}

/** The HTTP connection manager with its router: finds the route, and answers, redirects or passes on. */
export function httpProxyHandler(proxy: HttpProxy): RequestListener {
  return (request, response) => {
    const startedMs = Date.now();
    if (proxy.filter.accessLog) response.once('close', () => logAccess(proxy.context, request, response, startedMs));
    const action = findRoute(proxy.filter.virtualHosts, request)?.action;
    if (action?.kind === 'cluster') {
      forward(proxy, action, request, response).catch(() => response.destroy()); // the client or this program is gone
      return;
    }
    request.resume();
    if (action?.kind === 'redirect') redirect(proxy, action, request, response);
    else if (action?.kind === 'direct') send(response, action.status, action.body);
    else send(response, 404, '');
  };
}

function findRoute(hosts: readonly VirtualHost[], request: IncomingMessage): (RouteConfig & {readonly matched: string}) | null {
  const host = (request.headers.host ?? '').toLowerCase();
  const withoutPort = host.replace(/:\d+$/, '');
  const path = (request.url ?? '/').replace(/\?.*$/, '');
  const matching = hosts.find(({domains}) => domains.includes(host) || domains.includes(withoutPort)) ?? wildcardHost(hosts, withoutPort);
  const route = matching?.routes.find(({match}) => (match.kind === 'path' ? path === match.value : path.startsWith(match.value)));
  return route === undefined ? null : {...route, matched: route.match.value};
}

/** `*.suffix` before `prefix.*` before `*`, the longest first. */
function wildcardHost(hosts: readonly VirtualHost[], host: string): VirtualHost | undefined {
  const candidates = hosts.flatMap((each) => each.domains.map((domain) => ({each, domain})));
  const longest = (found: typeof candidates): VirtualHost | undefined =>
    found.toSorted((a, b) => b.domain.length - a.domain.length)[0]?.each;
  return (
    longest(candidates.filter(({domain}) => domain.length > 1 && domain.startsWith('*') && host.endsWith(domain.slice(1)))) ??
    longest(candidates.filter(({domain}) => domain.length > 1 && domain.endsWith('*') && host.startsWith(domain.slice(0, -1)))) ??
    candidates.find(({domain}) => domain === '*')?.each
  );
}

async function forward(proxy: HttpProxy, action: ClusterAction, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const cluster = proxy.clusters.get(chooseCluster(action));
  const picked = await cluster?.pick();
  if (!cluster || !picked) return send(response, 503, 'no healthy upstream');
  const over = new AbortController();
  const timer = action.timeoutMs > 0 ? setTimeout(() => over.abort(), action.timeoutMs) : null;
  response.once('close', () => {
    over.abort();
    picked.done();
    if (timer) clearTimeout(timer);
  });
  const startedMs = Date.now();
  try {
    const connection = await cluster.connect(picked.address, over.signal);
    const upstream = await exchange(
      {...requestOf(proxy, action, request), signal: over.signal, createConnection: () => connection},
      request,
    );
    copyAnswer(upstream, response, Date.now() - startedMs);
  } catch (error) {
    if (response.headersSent || response.destroyed) response.destroy();
    else if (over.signal.aborted) send(response, 504, 'upstream request timeout');
    else send(response, 503, `upstream connect error or reset before headers: ${(error as Error).message}`);
  }
}

function chooseCluster({clusters}: ClusterAction): string {
  let point = Math.random() * clusters.reduce((sum, {weight}) => sum + weight, 0);
  for (const {name, weight} of clusters) {
    point -= weight;
    if (point < 0) return name;
  }
  return clusters.at(-1)?.name ?? '';
}

function requestOf(proxy: HttpProxy, action: ClusterAction, request: IncomingMessage): http.RequestOptions {
  const headers: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(request.headersDistinct)) if (!HOP_BY_HOP.has(name)) headers[name] = value;
  headers['host'] = action.hostRewrite ?? request.headers.host ?? '';
  headers['x-forwarded-proto'] = proxy.isSecure ? 'https' : 'http';
  headers['x-request-id'] ??= crypto.randomUUID();
  const peer = (request.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
  if (proxy.filter.useRemoteAddress) headers['x-forwarded-for'] = [request.headers['x-forwarded-for'], peer].filter(Boolean).join(',');
  const url = request.url ?? '/';
  const match = findRoute(proxy.filter.virtualHosts, request)?.matched ?? '';
  const path = action.prefixRewrite === null ? url : action.prefixRewrite + url.slice(match.length);
  return {method: request.method ?? 'GET', path, headers};
}

function exchange(options: http.RequestOptions, request: IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(options, resolve);
    outgoing.on('error', reject);
    request.pipe(outgoing);
  });
}

function copyAnswer(upstream: IncomingMessage, response: ServerResponse, tookMs: number): void {
  for (const [name, value] of Object.entries(upstream.headersDistinct)) {
    if (!HOP_BY_HOP.has(name) && value !== undefined) response.setHeader(name, value.length === 1 ? (value[0] ?? '') : value);
  }
  response.setHeader('server', 'envoy');
  response.setHeader('x-envoy-upstream-service-time', String(tookMs));
  response.writeHead(upstream.statusCode ?? 502);
  upstream.on('error', () => response.destroy());
  upstream.pipe(response);
}

function redirect(
  proxy: HttpProxy,
  action: Extract<RouteConfig['action'], {readonly kind: 'redirect'}>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const scheme = action.https || proxy.isSecure ? 'https' : 'http';
  response.setHeader('location', `${scheme}://${action.host ?? request.headers.host ?? ''}${action.path ?? request.url ?? '/'}`);
  send(response, action.status, '');
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    server: 'envoy',
    'content-length': Buffer.byteLength(text),
    ...(text === '' ? {} : {'content-type': 'text/plain'}),
  });
  response.end(text);
}

function logAccess(context: ProgramContext, request: IncomingMessage, response: ServerResponse, startedMs: number): void {
  const {method, url, httpVersion} = request;
  context.stdout(
    `[${new Date(startedMs).toISOString()}] "${method} ${url} HTTP/${httpVersion}" ${response.statusCode} ${Date.now() - startedMs}ms\n`,
  );
}
