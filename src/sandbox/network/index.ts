export type {NetworkClock} from './clock.ts';
export {type HostPort, type HostPorts, type HostPortsOptions, startHostPorts} from './host-ports.ts';
export {createNetwork, type Entry, type NetworkOptions, type SandboxNetwork, type SandboxPodNamespace} from './network.ts';
export {NetworkError, type NetworkErrorCode} from './network-error.ts';
export type {ProcessNetwork} from './program-network.ts';
export {type Socks5Options, type Socks5Server, startSocks5} from './socks5.ts';
export {parseSocksUser} from './socks5-vantage.ts';
export {createStreamPair, type SocketAddresses, VirtualSocket} from './virtual-socket.ts';
export {Wire} from './wire.ts';
