export {serveClusterDns} from './cluster-dns.ts';
export type {DatagramSocket} from './datagrams.ts';
export {startDnsServer} from './dns-server.ts';
export {serveHealthChecks} from './health-checks.ts';
export {type HostPort, startHostPorts} from './host-ports.ts';
export {createNetwork, type SandboxNetwork} from './network.ts';
export type {SandboxPodNamespace} from './pod-namespace.ts';
export type {ProcessNetwork} from './program-network.ts';
export {startSocks5} from './socks5.ts';
