export type IpFamily = 'IPv4' | 'IPv6';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** The way into a Service. */
export type Path = 'clusterip' | 'nodeport' | 'loadbalancer' | 'externalip' | 'headless' | 'externalname';

/** What becomes of a connection. */
export type Verdict = 'forward' | 'reject' | 'drop' | 'unreachable' | 'unresolvable';

/** Where a connection starts. */
export type Vantage =
  | {readonly kind: 'Pod'; readonly namespace: string; readonly name: string}
  | {readonly kind: 'Node'; readonly name: string}
  | {readonly kind: 'Outside'; readonly ip?: string};
