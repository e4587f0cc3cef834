import type {Vantage} from '../../model/index.ts';
import type {Socks5Door} from '../../vantage/index.ts';
import type {Reach} from '../reach.ts';

/** How to dial, as data: what a worker thread can be handed. */
export type Dialing = {readonly kind: 'direct'} | {readonly kind: 'socks5'; readonly door: Socks5Door};

/** null: connections from there cannot be opened by a thread of their own. */
export async function dialingOf(reach: Reach, from: Vantage): Promise<Dialing | null> {
  const {socks5User} = await import('../../vantage/index.ts');
  const socks5 = reach.sandbox?.socks5;
  if (socks5) return {kind: 'socks5', door: {host: socks5.address, port: socks5.port, user: socks5User(from), password: socks5.password}};
  return from.kind === 'Outside' ? {kind: 'direct'} : null;
}
