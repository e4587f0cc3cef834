import type {RequestListener, ServerResponse} from 'node:http';
import type {Cluster} from './cluster.ts';
import type {ListenerConfig} from './config.ts';

/** What the admin page tells about. */
export interface AdminState {
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly listeners: readonly {
    readonly config: ListenerConfig;
    readonly counters: {connections: number; requests: number; tlsErrors: number};
  }[];
  readonly startedMs: number;
  draining: boolean;
  quit(): void;
}

type Page = (state: AdminState) => {readonly status?: number; readonly json?: unknown; readonly text?: string};

const PAGES: Readonly<Record<string, Page>> = {
  '/ready': ({draining}) => (draining ? {status: 503, text: 'DRAINING\n'} : {text: 'LIVE\n'}),
  '/server_info': ({startedMs, draining}) => ({
    json: {
      state: draining ? 'DRAINING' : 'LIVE',
      uptime_all_epochs: `${Math.floor((Date.now() - startedMs) / 1000)}s`,
      version: "the sandbox's stand-in for Envoy",
    },
  }),
  '/stats': (state) => ({
    text: `${statsOf(state)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')}\n`,
  }),
  '/stats/prometheus': (state) => ({
    text: `${statsOf(state)
      .map(([name, value]) => `envoy_${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')} ${value}`)
      .join('\n')}\n`,
  }),
  '/clusters': ({clusters}) => ({text: [...clusters.values()].map(clusterLines).join('')}),
  '/listeners': ({listeners}) => ({
    text: listeners.map(({config}) => `${config.name}::${config.address.host}:${config.address.port}\n`).join(''),
  }),
};

/** Envoy's admin page, as far as it is here. */
export function adminHandler(state: AdminState): RequestListener {
  return (request, response) => {
    request.resume();
    const path = (request.url ?? '/').replace(/\?.*$/, '');
    if (path === '/quitquitquit') {
      if (request.method !== 'POST') return send(response, 405, 'Method Not Allowed\n');
      send(response, 200, 'OK\n');
      return state.quit();
    }
    if (path === '/healthcheck/fail' || path === '/healthcheck/ok') {
      if (request.method !== 'POST') return send(response, 405, 'Method Not Allowed\n');
      state.draining = path.endsWith('fail');
      return send(response, 200, 'OK\n');
    }
    const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
    if (page === undefined)
      return send(
        response,
        path === '/' || path === '/help' ? 200 : 404,
        `these pages are here:\n${[...Object.keys(PAGES), '/quitquitquit (POST)'].map((each) => `  ${each}\n`).join('')}`,
      );
    const {status = 200, json, text} = page(state);
    if (json === undefined) send(response, status, text ?? '');
    else send(response, status, `${JSON.stringify(json, null, 1)}\n`, 'application/json');
  };
}

function statsOf({clusters, listeners}: AdminState): readonly (readonly [string, number])[] {
  const ofClusters = [...clusters.values()].flatMap(({config, counters}) => [
    [`cluster.${config.name}.upstream_cx_connect_fail`, counters.connectFailures] as const,
    [`cluster.${config.name}.upstream_cx_total`, counters.connections] as const,
    [`cluster.${config.name}.upstream_rq_total`, counters.requests] as const,
  ]);
  const ofListeners = listeners.flatMap(({config, counters}) => [
    [`listener.${config.address.host}_${config.address.port}.downstream_cx_total`, counters.connections] as const,
    [`listener.${config.address.host}_${config.address.port}.ssl.connection_error`, counters.tlsErrors] as const,
    [`http.${config.filter.statPrefix}.downstream_rq_total`, counters.requests] as const,
  ]);
  return [...ofClusters, ...ofListeners].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function clusterLines({config, endpoints}: Cluster): string {
  const lines = endpoints().map(({address, active}) => `${config.name}::${address.host}:${address.port}::rq_active::${active}\n`);
  return [`${config.name}::observability_name::${config.name}\n`, ...lines].join('');
}

function send(response: ServerResponse, status: number, text: string, contentType = 'text/plain; charset=UTF-8'): void {
  response.writeHead(status, {'content-type': contentType, 'content-length': Buffer.byteLength(text), server: 'envoy'});
  response.end(text);
}
