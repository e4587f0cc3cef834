import type {Connection, NamespacedName, ProgramNetwork, ResolverConfig} from '../model/index.ts';

/** The virtual network: pods, nodes, Services and an outside, each connection decided by the routing core. */
export interface PodNetwork {
  /** Gives a pod its network: called when its sandbox starts, before its containers. */
  attach(pod: AttachedPod): PodNetworkNamespace;
  /**
   * Opens a connection from a vantage along the same rules that a packet meets.
   * Rejects with an error whose `code` is ECONNREFUSED, ETIMEDOUT, EHOSTUNREACH, ENETUNREACH or ENOTFOUND.
   * A dropped connection hangs until `timeoutMs` (default: two minutes, as a kernel gives up) or `signal`.
   */
  dial(
    from: NetworkOrigin,
    target: {readonly host: string; readonly port: number},
    options?: {readonly signal?: AbortSignal; readonly timeoutMs?: number},
  ): Promise<DialedConnection>;
  /** A listener at an address that is no pod's: the API server's and the DNS server's own. */
  listenAt(address: string, port: number, onConnection: (connection: Connection) => void): {close(): void};
}

export interface AttachedPod extends NamespacedName {
  readonly uid: string;
  readonly node: string;
  /** Its addresses, or its node's with hostNetwork. */
  readonly ips: readonly string[];
  readonly hostNetwork: boolean;
  readonly resolver: ResolverConfig;
  /** Names of its /etc/hosts, to addresses. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

export interface PodNetworkNamespace extends ProgramNetwork {
  /** Connects within the pod, to its loopback: probes of port-forward kind. */
  connectLoopback(port: number): Promise<Connection>;
  /** The pod is gone: its listeners close and its connections are reset. */
  detach(): void;
}

export type NetworkOrigin =
  | ({readonly kind: 'Pod'} & NamespacedName)
  | {readonly kind: 'Node'; readonly name: string}
  | {readonly kind: 'Outside'; readonly ip?: string};

export interface DialedConnection {
  readonly connection: Connection;
  /** The endpoint that was reached, after destination NAT. */
  readonly endpoint: {readonly address: string; readonly port: number; readonly pod: NamespacedName | null};
  /** The address that the server sees. */
  readonly sourceSeen: string;
}
