import type {NamespacedName} from '../../model/index.ts';
import {type OnConnection, PortTable} from './listeners.ts';

/** An open connection, as the namespace that holds one end of it can cut it. */
export interface Cuttable {
  resetAndDestroy(): unknown;
}

/** Takes a datagram, with the sender's address as it is seen here. */
export type OnDatagram = (bytes: Buffer, from: {readonly address: string; readonly port: number}) => void;

/**
 * A network namespace: a pod's own, a node's (shared by its hostNetwork pods), or that of something beside the cluster's pods
 * (the API server, the DNS server).
 */
export interface NetworkHost {
  readonly kind: 'Pod' | 'Node' | 'Other';
  /** null for what is no pod. */
  readonly pod: NamespacedName | null;
  /** Where its packets are judged; null outside the cluster. */
  readonly node: string | null;
  readonly ips: readonly string[];
  readonly listeners: PortTable<OnConnection>;
  readonly datagrams: PortTable<OnDatagram>;
  readonly connections: Set<Cuttable>;
}

export function createHost(is: Pick<NetworkHost, 'kind' | 'pod' | 'node' | 'ips'>, random: () => number): NetworkHost {
  return {...is, listeners: new PortTable(random), datagrams: new PortTable(random), connections: new Set()};
}

/** The host's first address of the same family as `like`; null where it has none. */
export function addressLike(ips: readonly string[], like: string): string | null {
  const wide = like.includes(':');
  return ips.find((ip) => ip.includes(':') === wide) ?? null;
}

/** Takes part in the host's fate until it closes. */
export function track(host: NetworkHost, socket: Cuttable & {once(event: 'close', listener: () => void): unknown}): void {
  host.connections.add(socket);
  socket.once('close', () => host.connections.delete(socket));
}

/** The host is gone: its listeners close, the other ends of its connections are reset. */
export function cutHost(host: NetworkHost): void {
  host.listeners.closeAll();
  host.datagrams.closeAll();
  for (const connection of [...host.connections]) connection.resetAndDestroy();
  host.connections.clear();
}
