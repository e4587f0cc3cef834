import type {Connection, Listener, ProgramNetwork} from '../../model/index.ts';
import type {Cuttable, NetworkHost} from './network-host.ts';
import type {VirtualSocket} from './virtual-socket.ts';

/** What one process holds of its pod's network: its own listeners and connections. */
export interface ProcessNetwork extends ProgramNetwork {
  /** The process has ended: its listeners close; its connections end as a kernel ends them, or are reset. */
  close(how?: 'end' | 'reset'): void;
}

/** The ways out of a pod, with its names and origin filled in. */
export interface ProcessAccess {
  readonly host: NetworkHost;
  readonly connect: (
    target: {readonly host: string; readonly port: number},
    options?: {readonly signal?: AbortSignal; readonly timeoutMs?: number},
  ) => Promise<VirtualSocket>;
  readonly lookup: (name: string, family: 4 | 6 | null) => readonly string[];
}

/** A view of the pod's network that knows what was opened through it. */
export function createProcessNetwork(access: ProcessAccess): ProcessNetwork {
  const listeners = new Set<Listener>();
  const connections = new Set<OwnedConnection>();
  const ended = new AbortController();
  const own = (connection: OwnedConnection): void => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  };
  return {
    listen({port, host = '::'}, onConnection) {
      const bound = access.host.listeners.listen(port, host, (connection) => {
        own(connection as OwnedConnection); // every connection on this network can be reset
        onConnection(connection);
      });
      const listener = {
        port: bound.port,
        close: () => {
          bound.close();
          listeners.delete(listener);
        },
      };
      listeners.add(listener);
      return listener;
    },
    async connect(target, options = {}) {
      const signal = options.signal ? AbortSignal.any([options.signal, ended.signal]) : ended.signal;
      const connection = await access.connect(target, {...options, signal});
      own(connection);
      return connection;
    },
    lookup: async (name, family) => access.lookup(name, family ?? null),
    close(how = 'end') {
      ended.abort();
      for (const listener of [...listeners]) listener.close();
      for (const connection of [...connections]) how === 'reset' ? connection.resetAndDestroy() : connection.destroy();
    },
  };
}

type OwnedConnection = Connection & Cuttable;
