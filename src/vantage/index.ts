export type {Dial, DialedSocket, DialOptions, DialTarget} from './dial.ts';
export {dialDirect} from './dial-direct.ts';
export {dialSocks5, type Socks5Door, socks5User} from './dial-socks5.ts';
export {type DialUdp, dialUdp} from './dial-udp.ts';
export {type DnsQueryOptions, queryDns, type StreamDial} from './query-dns.ts';
