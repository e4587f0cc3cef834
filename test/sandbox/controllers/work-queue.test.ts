import {expect, onTestFinished, test, vi} from 'vitest';
import {systemClock} from '../../../src/probe/index.ts';
import {createWorkQueue, restAfter, type Sync} from '../../../src/sandbox/controllers/work-queue.ts';

function queueOf(sync: Sync) {
  const queue = createWorkQueue({name: 'test', clock: systemClock, log: () => undefined, sync, restAfter});
  onTestFinished(() => queue.close());
  return queue;
}

function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('changes that come while a costly key rests are one look, and the last of them is seen', async () => {
  const [seen, changes]: [number[], number] = [[], 40];
  let state = 0;
  const queue = queueOf(() => {
    seen.push(state);
    busyFor(5);
    return undefined;
  });
  for (state = 1; state < changes; state++) {
    queue.add('many');
    await new Promise(setImmediate);
  }
  queue.add('many');
  await vi.waitFor(() => expect(seen.at(-1)).toBe(changes), {timeout: 5000, interval: 5});
  expect(seen.length).toBeLessThan(changes / 2);
});

test('a key that asked for itself while it was looked at comes again', async () => {
  let looks = 0;
  const queue = queueOf((key) => {
    busyFor(3);
    if (++looks === 1) queue.add(key);
    return undefined;
  });
  queue.add('self');
  await vi.waitFor(() => expect(looks).toBe(2), {timeout: 5000, interval: 5});
});

test('while one key rests others are looked at', async () => {
  const seen: string[] = [];
  const queue = queueOf((key) => {
    seen.push(key);
    if (key === 'costly') busyFor(20);
    return undefined;
  });
  queue.add('costly');
  await vi.waitFor(() => expect(seen).toEqual(['costly']));
  queue.add('costly');
  queue.add('light');
  await vi.waitFor(() => expect(seen).toEqual(['costly', 'light', 'costly']), {timeout: 5000, interval: 5});
});
