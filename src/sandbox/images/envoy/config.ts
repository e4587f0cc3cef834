/** Envoy's static configuration as far as it is here. Durations are milliseconds. */
export interface EnvoyConfig {
  readonly admin: SocketAddress | null;
  readonly listeners: readonly ListenerConfig[];
  readonly clusters: readonly ClusterConfig[];
}

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

export interface ListenerConfig {
  readonly name: string;
  readonly address: SocketAddress;
  readonly tls: TlsConfig | null;
  readonly filter: HttpFilter | TcpFilter;
}

/** PEM text, or the file that has it. */
export type PemSource = {readonly file: string} | {readonly text: string};

export interface TlsConfig {
  readonly certificate: PemSource;
  readonly key: PemSource;
}

export interface HttpFilter {
  readonly kind: 'http';
  readonly statPrefix: string;
  readonly virtualHosts: readonly VirtualHost[];
  /** Whether the peer's address is appended to X-Forwarded-For. */
  readonly useRemoteAddress: boolean;
  readonly accessLog: boolean;
}

export interface TcpFilter {
  readonly kind: 'tcp';
  readonly statPrefix: string;
  readonly cluster: string;
}

export interface VirtualHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly RouteConfig[];
}

export interface RouteConfig {
  readonly match: {readonly kind: 'prefix' | 'path'; readonly value: string};
  readonly action:
    | {
        readonly kind: 'cluster';
        readonly clusters: readonly {readonly name: string; readonly weight: number}[];
        readonly timeoutMs: number;
        readonly prefixRewrite: string | null;
        readonly hostRewrite: string | null;
      }
    | {
        readonly kind: 'redirect';
        readonly host: string | null;
        readonly path: string | null;
        readonly https: boolean;
        readonly status: number;
      }
    | {readonly kind: 'direct'; readonly status: number; readonly body: string};
}

export interface ClusterConfig {
  readonly name: string;
  /** Whether endpoints are names to be resolved. */
  readonly byName: boolean;
  readonly policy: 'ROUND_ROBIN' | 'RANDOM' | 'LEAST_REQUEST';
  readonly connectTimeoutMs: number;
  readonly endpoints: readonly SocketAddress[];
}
