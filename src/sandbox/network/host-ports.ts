import {once} from 'node:events';
import {createServer, type Socket} from 'node:net';
import type {ClusterView, ObjectRef, Protocol} from '../../model/index.ts';
import {bindHostDatagrams} from './host-datagrams.ts';
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
  readonly protocol: Protocol;
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

/** A port that is bound. Its end lets connections that are open go on, as they do when a Service goes. */
interface Bound {
  close(): Promise<void>;
}

/**
 * Node ports on the host's loopback, each at its own number, for the TCP and UDP ports of NodePort and LoadBalancer Services. A connection or
 * a datagram enters as one from outside the cluster at the node that `hostEntry` chooses. A connection that the cluster refuses is reset: the
 * host's kernel has accepted it by then.
 */
export function startHostPorts(options: HostPortsOptions): HostPorts {
  const {view, host = '127.0.0.1', retryMs = 5_000} = options;
  const open = new Map<string, Bound>();
  const ending = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  const failures = new Map<string, string>();
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  let retry: NodeJS.Timeout | null = null;
  let closed = false;

  const bind = async (key: string, {port, protocol}: NodePort): Promise<void> => {
    try {
      const bound = protocol === 'UDP' ? bindHostDatagrams(options.network, host, port) : listen(options.network, host, port, sockets);
      open.set(key, await bound);
      failures.delete(key);
    } catch (error) {
      failures.set(key, whyNot(error, host, port));
    }
  };

  const release = (key: string, bound: Bound): void => {
    open.delete(key);
    const ended = bound.close().finally(() => ending.delete(ended));
    ending.add(ended);
  };

  const reconcile = async (): Promise<void> => {
    const wanted = new Map(closed ? [] : nodePortsOf(view()).map((each) => [keyOf(each), each]));
    for (const [key, bound] of open) if (!wanted.has(key)) release(key, bound);
    for (const key of failures.keys()) if (!wanted.has(key)) failures.delete(key);
    for (const [key, each] of wanted) if (!open.has(key)) await bind(key, each);
    if (retry) clearTimeout(retry);
    retry = failures.size > 0 && !closed ? setTimeout(() => void sync(), retryMs).unref() : null;
  };

  /** One that has not begun yet does for all who ask until then. */
  const sync = (): Promise<void> => {
    next ??= running.then(() => {
      next = null;
      return reconcile();
    });
    running = next;
    return next;
  };

  return {
    sync,
    status: () => nodePortsOf(view()).map((entry) => ({...entry, ...stateOf(keyOf(entry))})),
    async close() {
      closed = true;
      await sync();
      for (const socket of sockets) socket.destroy();
      await Promise.all(ending);
    },
  };

  function stateOf(key: string): {address: string | null; why: string | null} {
    if (open.has(key)) return {address: host, why: null};
    return {address: null, why: failures.get(key) ?? 'not bound yet'};
  }
}

type NodePort = Pick<HostPort, 'service' | 'port' | 'protocol'>;

/** TCP and UDP have the same numbers, each for itself. */
function keyOf({protocol, port}: NodePort): string {
  return `${protocol} ${port}`;
}

function nodePortsOf(view: ClusterView): readonly NodePort[] {
  const found = [...view.services.values()].flatMap(({namespace, name, ports}) =>
    ports.flatMap(({nodePort, protocol}) =>
      nodePort !== null && protocol !== 'SCTP' ? [{service: {kind: 'Service', namespace, name}, port: nodePort, protocol}] : [],
    ),
  );
  return found.sort((one, other) => one.port - other.port || one.protocol.localeCompare(other.protocol));
}

async function listen(network: SandboxNetwork, host: string, port: number, sockets: Set<Socket>): Promise<Bound> {
  const server = createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void enter(network, port, socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
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
