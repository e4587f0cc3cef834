import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import type {ClusterView, ObjectRef} from '../../model/index.ts';
import {enterFromHost, expectVanishing} from './host-socket.ts';
import type {SandboxNetwork} from './network.ts';

export interface HostPortsOptions {
  readonly network: SandboxNetwork;
  readonly view: () => ClusterView;
  readonly host?: string;
  /** A busy port is tried again after this long, and at each `sync`. */
  readonly retryMs?: number;
}

/** One node port, as `sandbox status` shows it. */
export interface HostPort {
  readonly service: ObjectRef;
  readonly port: number;
  /** The host's address at which the port answers; null where it could not be bound, and `why` then says the reason. */
  readonly address: string | null;
  readonly why: string | null;
}

export interface HostPorts {
  /** Opens and closes ports so that they are those of the Services now; to be called after each change of a Service. */
  sync(): Promise<void>;
  status(): readonly HostPort[];
  close(): Promise<void>;
}

/**
 * Node ports on the host's loopback, each at its own number, for the TCP ports of NodePort and LoadBalancer Services. A connection enters
 * as one from outside the cluster at the node that `hostEntry` chooses. One that the cluster refuses is reset: the host's kernel has accepted
 * it by then.
 */
export function startHostPorts(options: HostPortsOptions): HostPorts {
  const {view, host = '127.0.0.1', retryMs = 5_000} = options;
  const open = new Map<number, Server>();
  const sockets = new Set<Socket>();
  const failures = new Map<number, string>();
  let running: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  const bind = async (port: number): Promise<void> => {
    try {
      open.set(port, await listen(options.network, host, port, sockets));
      failures.delete(port);
    } catch (error) {
      failures.set(port, whyNot(error, host, port));
    }
  };

  const reconcile = async (): Promise<void> => {
    const wanted = closed ? new Set<number>() : new Set(nodePortsOf(view()).map(({port}) => port));
    for (const [port, server] of open) {
      if (wanted.has(port)) continue;
      open.delete(port);
      server.close(); // connections that are open go on, as they do when a Service goes
    }
    for (const port of failures.keys()) if (!wanted.has(port)) failures.delete(port);
    for (const port of wanted) if (!open.has(port)) await bind(port);
    if (retry) clearTimeout(retry);
    retry = failures.size > 0 && !closed ? setTimeout(() => void sync(), retryMs).unref() : null;
  };

  const sync = (): Promise<void> => {
    running = running.then(reconcile);
    return running;
  };

  return {
    sync,
    status: () => nodePortsOf(view()).map((entry) => ({...entry, ...stateOf(entry.port)})),
    async close() {
      closed = true;
      const ended = [...open.values()].map((server) => once(server, 'close'));
      await sync();
      for (const socket of sockets) socket.destroy();
      await Promise.all(ended);
    },
  };

  function stateOf(port: number): {address: string | null; why: string | null} {
    if (open.has(port)) return {address: host, why: null};
    return {address: null, why: failures.get(port) ?? 'not bound yet'};
  }
}

function nodePortsOf(view: ClusterView): readonly {readonly service: ObjectRef; readonly port: number}[] {
  const found = [...view.services.values()].flatMap(({namespace, name, ports}) =>
    ports.flatMap(({nodePort, protocol}) =>
      nodePort !== null && protocol === 'TCP' ? [{service: {kind: 'Service', namespace, name}, port: nodePort}] : [],
    ),
  );
  return found.sort((one, other) => one.port - other.port);
}

async function listen(network: SandboxNetwork, host: string, port: number, sockets: Set<Socket>): Promise<Server> {
  const server = createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void enter(network, port, socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

async function enter(network: SandboxNetwork, port: number, socket: Socket): Promise<void> {
  expectVanishing(socket);
  try {
    const entry = await enterFromHost(network, {kind: 'Outside'}, {host: '127.0.0.1', port}, socket);
    entry.handOver(socket);
  } catch {
    // Refused, or dropped for as long as a kernel waits: either way a reset is how the client learns it.
    socket.resetAndDestroy();
  }
}

function whyNot(error: unknown, host: string, port: number): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return code === 'EADDRINUSE' ? `port ${port} is in use on ${host}` : `cannot listen on ${host}:${port}: ${code}`;
}
