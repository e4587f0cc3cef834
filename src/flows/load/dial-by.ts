import type {Dial} from '../../load/index.ts';
import {dialDirect, dialSocks5, dialUdp, dialUdpSocks5} from '../../vantage/index.ts';
import type {Dialing} from './dialing.ts';

/** The dialer that the data stands for. */
export function dialBy(dialing: Dialing): Dial {
  switch (dialing.kind) {
    case 'direct':
      return dialDirect();
    case 'direct-udp':
      return dialUdp();
    case 'socks5':
      return dialSocks5(dialing.door);
    case 'socks5-udp':
      return dialUdpSocks5(dialing.door);
  }
}
