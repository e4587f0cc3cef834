import type {AddressInfo} from 'node:net';
import {connect, createServer, type Server} from 'node:net';
import type {Clock, Dial} from '../../src/probe/index.ts';

/** Dials loopback, whatever address is asked for: names of the probe's target stay as a cluster would have them. */
export const dialLoopback: Dial = ({port}, {signal}) => {
  const {promise, resolve, reject} = Promise.withResolvers<ReturnType<typeof connect>>();
  const socket = connect({port, host: '127.0.0.1'}, () => resolve(socket));
  socket.once('error', reject);
  signal?.addEventListener('abort', () => {
    socket.destroy();
    reject(signal.reason);
  });
  return promise;
};

export async function listening<T extends Server>(server: T): Promise<{port: number; close: () => Promise<void>}> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A port where nobody listens. */
export async function closedPort(): Promise<number> {
  const {port, close} = await listening(createServer());
  await close();
  return port;
}

/** A clock that moves when told. */
export function manualClock(): Clock & {advance(ms: number): Promise<void>} {
  let now = 0;
  const sleepers = new Set<{readonly due: number; readonly wake: (elapsed: boolean) => void}>();
  const settle = async () => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    now: () => now,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve(false);
      const {promise, resolve} = Promise.withResolvers<boolean>();
      const sleeper = {due: now + Math.max(0, ms), wake: resolve};
      sleepers.add(sleeper);
      signal?.addEventListener('abort', () => resolve(false), {once: true});
      return promise;
    },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...sleepers].filter(({due}) => due <= end).toSorted((a, b) => a.due - b.due)[0];
        if (!next) break;
        sleepers.delete(next);
        now = Math.max(now, next.due);
        next.wake(true);
        await settle();
      }
      now = end;
    },
  };
}
