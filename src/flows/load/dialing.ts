import type {LoadPlan} from '../../load/index.ts';
import type {Vantage} from '../../model/index.ts';
import type {Socks5Door} from '../../vantage/index.ts';
import type {Reach} from '../reach.ts';

/** How to dial, as data: what a worker thread can be handed. */
export type Dialing = {readonly kind: 'direct' | 'direct-udp'} | {readonly kind: 'socks5' | 'socks5-udp'; readonly door: Socks5Door};

/** null: connections from there cannot be opened by a thread of their own. */
export async function dialingOf(reach: Reach, from: Vantage, protocol: LoadPlan['protocol']): Promise<Dialing | null> {
  const {socks5User} = await import('../../vantage/index.ts');
  const socks5 = reach.sandbox?.socks5;
  if (socks5) {
    const door = {host: socks5.address, port: socks5.port, user: socks5User(from), password: socks5.password};
    return {kind: protocol === 'udp' ? 'socks5-udp' : 'socks5', door};
  }
  if (from.kind !== 'Outside') return null;
  return {kind: protocol === 'udp' ? 'direct-udp' : 'direct'};
}
