import {once} from 'node:events';
import {type AddressInfo, connect, createServer, type Socket} from 'node:net';
import type {Dice} from './dice.ts';

export interface FaultyProxy {
  readonly port: number;
  /** How often each fault was done. */
  readonly faults: {drops: number; resets: number; stalls: number; refusals: number};
  /** From now on it only forwards. */
  heal(): void;
  close(): Promise<void>;
}

/** Forwards TCP to a port of the loopback, and every so often ends, resets, stalls or refuses connections, in the middle of whatever they carry. */
export async function startFaultyProxy(target: number, dice: Dice, everyMs: number): Promise<FaultyProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const faults = {drops: 0, resets: 0, stalls: 0, refusals: 0};
  let refusing = false;
  const server = createServer((client) => {
    if (refusing) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({host: '127.0.0.1', port: target});
    const pair = [client, upstream] as const;
    pairs.add(pair);
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.pipe(to);
      from
        .on('error', () => undefined)
        .once('close', () => {
          to.destroy();
          pairs.delete(pair);
        });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const disturb = (): void => {
    const chosen = [...pairs].filter(() => dice.chance(0.5));
    const kind = dice.pick(['drops', 'resets', 'stalls', 'refusals'] as const);
    if (kind === 'refusals') {
      faults.refusals += 1;
      refusing = true;
      setTimeout(() => {
        refusing = false;
      }, everyMs);
      return;
    }
    faults[kind] += chosen.length;
    for (const [client, upstream] of chosen) {
      if (kind === 'drops') client.destroySoon();
      else if (kind === 'resets') client.resetAndDestroy();
      else stall(client, upstream, everyMs * 2);
    }
  };
  const timer = setInterval(disturb, everyMs);
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    heal: () => clearInterval(timer),
    async close() {
      clearInterval(timer);
      server.close();
      for (const [client, upstream] of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await once(server, 'close');
    },
  };
}

/** Holds back the answers for a while. */
function stall(client: Socket, upstream: Socket, ms: number): void {
  upstream.unpipe(client);
  upstream.pause();
  setTimeout(() => {
    if (!client.destroyed) upstream.pipe(client);
  }, ms);
}
