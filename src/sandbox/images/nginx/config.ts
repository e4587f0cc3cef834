/** A configuration as the server works with it: inherited values are filled in. */
export interface NginxConfig {
  readonly servers: readonly ServerConfig[];
  /** Addresses of each `upstream` block. */
  readonly upstreams: ReadonlyMap<string, readonly string[]>;
  readonly logFormats: ReadonlyMap<string, string>;
  /** Names that `proxy_pass` calls, to be resolved before the start. */
  readonly upstreamNames: readonly {readonly name: string; readonly file: string; readonly line: number}[];
}

export interface ListenConfig {
  /** `0.0.0.0`, `::` or one address. */
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean;
  readonly isDefault: boolean;
}

export interface ServerConfig {
  readonly listens: readonly ListenConfig[];
  readonly names: readonly string[];
  readonly scope: Scope;
  readonly locations: readonly LocationConfig[];
}

export interface LocationConfig {
  readonly kind: 'exact' | 'prefix' | 'prefix-final' | 'regex' | 'named';
  readonly path: string;
  readonly pattern: RegExp | null;
  readonly scope: Scope;
}

/** What `http`, `server` and `location` may set, each inheriting from the one around it. */
export interface Scope {
  readonly root: string;
  readonly alias: string | null;
  readonly index: readonly string[];
  readonly autoindex: boolean;
  readonly defaultType: string;
  readonly types: ReadonlyMap<string, string>;
  readonly addHeaders: readonly {readonly name: string; readonly value: string; readonly always: boolean}[];
  readonly errorPages: readonly ErrorPage[];
  readonly accessLog: {readonly path: string; readonly format: string} | null;
  readonly maxBodyBytes: number;
  readonly proxyHeaders: readonly {readonly name: string; readonly value: string}[];
  readonly proxyTimeoutMs: number;
  readonly keepAliveMs: number;
  readonly certificate: string | null;
  readonly certificateKey: string | null;
  readonly internal: boolean;
  /** Not inherited. */
  readonly returns: {readonly status: number; readonly text: string | null} | null;
  readonly tryFiles: readonly string[] | null;
  readonly proxyPass: string | null;
}

export interface ErrorPage {
  readonly statuses: readonly number[];
  /** The status to answer with: null keeps the error's, 0 takes that of the page. */
  readonly answer: number | null;
  readonly target: string;
}

export const HTTP_DEFAULTS: Scope = {
  root: '/etc/nginx/html',
  alias: null,
  index: ['index.html'],
  autoindex: false,
  defaultType: 'text/plain',
  types: new Map([
    ['html', 'text/html'],
    ['gif', 'image/gif'],
    ['jpg', 'image/jpeg'],
  ]),
  addHeaders: [],
  errorPages: [],
  accessLog: {path: '/var/log/nginx/access.log', format: 'combined'},
  maxBodyBytes: 1024 * 1024,
  proxyHeaders: [],
  proxyTimeoutMs: 60_000,
  keepAliveMs: 75_000,
  certificate: null,
  certificateKey: null,
  internal: false,
  returns: null,
  tryFiles: null,
  proxyPass: null,
};
