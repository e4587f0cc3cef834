export type IpFamily = 'IPv4' | 'IPv6';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** How kube-proxy programs the kernel. `ipvs` is deprecated. */
export type ProxyMode = 'nftables' | 'iptables' | 'ipvs';

/** The way into a Service. */
export type Path = 'clusterip' | 'nodeport' | 'loadbalancer' | 'externalip' | 'headless' | 'externalname';

/** What becomes of a connection. */
export type Verdict = 'forward' | 'reject' | 'drop' | 'unreachable' | 'unresolvable';

/** Where a connection starts. */
export type Vantage =
  | {readonly kind: 'Pod'; readonly namespace: string; readonly name: string}
  | {readonly kind: 'Node'; readonly name: string}
  | {readonly kind: 'Outside'; readonly ip?: string};

/** The addresses of one packet that opens a connection. */
export interface Packet {
  readonly sourceIP: string;
  readonly destinationIP: string;
  readonly destinationPort: number;
  readonly protocol: Protocol;
}
