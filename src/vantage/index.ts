export type {Dial, DialedSocket, DialOptions, DialTarget} from './dial.ts';
export {dialDirect} from './dial-direct.ts';
export {dialSocks5, socks5User} from './dial-socks5.ts';
export {type DialUdp, dialUdp} from './dial-udp.ts';
export {dialUdpSocks5} from './dial-udp-socks5.ts';
export {type DnsQueryOptions, queryDns, type StreamDial} from './query-dns.ts';
export type {Socks5Door} from './socks5-conversation.ts';
