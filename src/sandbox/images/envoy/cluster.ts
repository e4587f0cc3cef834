import type {Connection, ProgramNetwork} from '../../../model/index.ts';
import type {ClusterConfig, SocketAddress} from './config.ts';

/** What is counted of a cluster. */
interface ClusterCounters {
  requests: number;
  connections: number;
  connectFailures: number;
}

/** A group of endpoints that requests are spread over. */
export interface Cluster {
  readonly config: ClusterConfig;
  readonly counters: ClusterCounters;
  /** Addresses with their requests that run now, as the admin page shows them. */
  endpoints(): readonly {readonly address: SocketAddress; readonly active: number}[];
  /** Takes the next endpoint; null where there is none. `done` is to be called when the request is over. */
  pick(): Promise<{readonly address: SocketAddress; done(): void} | null>;
  /** Opens a connection to an endpoint, within the cluster's connect timeout. */
  connect(address: SocketAddress, signal?: AbortSignal): Promise<Connection>;
}

/** The cluster on a program's network. */
export function clusterOf(config: ClusterConfig, network: ProgramNetwork): Cluster {
  const counters: ClusterCounters = {requests: 0, connections: 0, connectFailures: 0};
  const active = new Map<string, {address: SocketAddress; count: number}>();
  let turn = 0;
  const resolve = async (): Promise<readonly SocketAddress[]> => {
    if (!config.byName) return config.endpoints;
    const found = await Promise.all(
      config.endpoints.map(async ({host, port}) => {
        const addresses = await network.lookup(host).catch(() => []); // a name that does not resolve has no endpoint
        return addresses.map((address) => ({host: address, port}));
      }),
    );
    return found.flat();
  };
  return {
    config,
    counters,
    endpoints: () => [...active.values()].map(({address, count}) => ({address, active: count})),
    async pick() {
      const entries = (await resolve()).map((address) => entryOf(active, address));
      const entry = choose(config.policy, entries, turn);
      turn += 1;
      if (entry === undefined) return null;
      entry.count += 1;
      counters.requests += 1;
      let over = false;
      return {
        address: entry.address,
        done() {
          if (!over) entry.count -= 1;
          over = true;
        },
      };
    },
    async connect({host, port}, signal) {
      const deadline = AbortSignal.timeout(config.connectTimeoutMs);
      try {
        const connection = await network.connect({host, port}, {signal: signal ? AbortSignal.any([signal, deadline]) : deadline});
        counters.connections += 1;
        return connection;
      } catch (error) {
        counters.connectFailures += 1;
        throw error;
      }
    },
  };
}

interface Entry {
  readonly address: SocketAddress;
  count: number;
}

function entryOf(active: Map<string, Entry>, address: SocketAddress): Entry {
  const key = `${address.host}|${address.port}`;
  const known = active.get(key) ?? {address, count: 0};
  active.set(key, known);
  return known;
}

function choose(policy: ClusterConfig['policy'], entries: readonly Entry[], turn: number): Entry | undefined {
  if (policy === 'RANDOM') return entries[Math.floor(Math.random() * entries.length)];
  if (policy === 'ROUND_ROBIN') return entries[turn % entries.length];
  const fewest = Math.min(...entries.map(({count}) => count));
  const candidates = entries.filter(({count}) => count === fewest);
  return candidates[turn % candidates.length];
}
