import type {ListenConfig} from './config.ts';
import {ConfigError, type Directive} from './syntax.ts';

const PARAMETERS =
  /^(ssl|http2|reuseport|default_server|default|deferred|bind|backlog=\d+|ipv6only=(on|off)|fastopen=\d+|so_keepalive=.+|rcvbuf=.+|sndbuf=.+)$/;

/** `listen PORT | ADDRESS[:PORT] | [IPV6][:PORT]` with its parameters. */
export function readListen(directive: Directive): ListenConfig {
  const [address = '', ...parameters] = directive.args;
  for (const parameter of parameters) {
    if (!PARAMETERS.test(parameter)) throw new ConfigError(`invalid parameter "${parameter}"`, directive);
  }
  if (address.startsWith('unix:')) throw new ConfigError('a unix socket is not available in this sandbox', directive);
  const match = /^(?:(\d+)|(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]+))(?::(\d+))?)$/.exec(address);
  const port = Number(match?.[1] ?? match?.[4] ?? 80);
  if (match === null || port < 1 || port > 65_535)
    throw new ConfigError(`invalid port in "${address}" of the "listen" directive`, directive);
  const host = match[2] ?? match[3] ?? '0.0.0.0';
  return {
    host: host === '*' ? '0.0.0.0' : host === 'localhost' ? '127.0.0.1' : host,
    port,
    ssl: parameters.includes('ssl'),
    isDefault: parameters.includes('default_server') || parameters.includes('default'),
  };
}

/** A listener of the network: one host and port with all servers that share it. */
export interface Socket {
  /** Left out: every address of both families. */
  readonly host: string | null;
  readonly port: number;
  readonly ssl: boolean;
}

/** The sockets to open. Wildcards of both families on one port become one; a wildcard takes in the single addresses of its port. */
export function socketsOf(listens: readonly ListenConfig[]): readonly Socket[] {
  const ports = new Map<number, ListenConfig[]>();
  for (const listen of listens) ports.set(listen.port, [...(ports.get(listen.port) ?? []), listen]);
  return [...ports].flatMap(([port, same]): readonly Socket[] => {
    const hosts = new Set(same.map(({host}) => host));
    const ssl = same.some((listen) => listen.ssl);
    const v4 = hosts.has('0.0.0.0');
    const v6 = hosts.has('::');
    if (v4 && v6) return [{host: null, port, ssl}];
    if (v4 || v6) return [{host: v4 ? '0.0.0.0' : '::', port, ssl}];
    return [...hosts].map((host) => ({host, port, ssl}));
  });
}
