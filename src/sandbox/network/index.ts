export type {NetworkClock} from './clock.ts';
export {createNetwork, type Entry, type NetworkOptions, type SandboxNetwork, type SandboxPodNamespace} from './network.ts';
export {NetworkError, type NetworkErrorCode} from './network-error.ts';
export type {ProcessNetwork} from './program-network.ts';
export {createStreamPair, type SocketAddresses, VirtualSocket} from './virtual-socket.ts';
export {Wire} from './wire.ts';
