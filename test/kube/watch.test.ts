import {describe, expect, it, onTestFinished} from 'vitest';
import {type WatchEvent, watchObjects} from '../../src/kube/index.ts';
import {fakeServer, status} from './fake-api-server.ts';
import {type FakeCollection, fakeCollection} from './fake-collection.ts';

/** Short times, so that trouble is over in milliseconds. */
const TIMES = {watchSeconds: 30, idleMs: 30_000, firstPauseMs: 5, longestPauseMs: 20};

interface Followed {
  /** `+a=1` added, `~a=2` modified, `-a` deleted, `synced`, `resynced`. */
  readonly told: readonly string[];
  /** What the told changes add up to. */
  readonly state: ReadonlyMap<string, string>;
  readonly failure: () => unknown;
}

/** Follows a collection until the test ends. */
function follow(collection: FakeCollection, times: typeof TIMES = TIMES): Followed {
  const stop = new AbortController();
  const told: string[] = [];
  const state = new Map<string, string>();
  let failure: unknown = null;
  const run = async () => {
    const events = watchObjects(collection.client(), {resource: 'services', namespace: 'kiada'}, stop.signal, times);
    for await (const event of events) told.push(take(event, state));
  };
  const ended = run().catch((error: unknown) => {
    failure = error;
  });
  onTestFinished(async () => {
    stop.abort();
    await ended;
  });
  return {told, state, failure: () => failure};
}

/** Writes an event down and holds it against the state before it: nothing is added twice, or changed or deleted that is not there. */
function take(event: WatchEvent, state: Map<string, string>): string {
  if (event.type === 'synced' || event.type === 'resynced') return event.type;
  const name = event.object.metadata?.name ?? '';
  const value = String(event.object['value']);
  if (state.has(name) !== (event.type !== 'ADDED')) throw new Error(`${event.type} ${name} does not follow from what was told before`);
  if (event.type === 'DELETED') {
    state.delete(name);
    return `-${name}`;
  }
  state.set(name, value);
  return `${event.type === 'ADDED' ? '+' : '~'}${name}=${value}`;
}

describe('a watch', () => {
  it('tells the present state, then synced, then each change once', async () => {
    const collection = await fakeCollection();
    collection.put('a', '1');
    collection.put('b', '1');
    const {told} = follow(collection);
    await expect.poll(() => told).toEqual(['+a=1', '+b=1', 'synced']);
    collection.put('a', '2');
    collection.remove('b');
    collection.put('c', '1');
    await expect.poll(() => told.slice(3)).toEqual(['~a=2', '-b', '+c=1']);
  });

  it('gives objects the kind and version that the server may leave out', async () => {
    const collection = await fakeCollection();
    collection.put('a', '1');
    const events = watchObjects(collection.client(), {resource: 'services', namespace: 'kiada'}, AbortSignal.timeout(5000), TIMES);
    expect((await events.next()).value).toMatchObject({type: 'ADDED', object: {apiVersion: 'v1', kind: 'Service'}});
    await events.return(undefined);
  });

  for (const how of ['clean', 'cut'] as const) {
    it(`goes on from the same version after a ${how} end, without a new list and without a word`, async () => {
      const collection = await fakeCollection();
      collection.put('a', '1');
      const {told} = follow(collection);
      await expect.poll(() => told).toContain('synced');
      await expect.poll(collection.watches).toBe(1);
      collection.end(how);
      collection.put('a', '2');
      collection.put('b', '1');
      await expect.poll(() => told).toEqual(['+a=1', 'synced', '~a=2', '+b=1']);
      expect(collection.lists()).toBe(1);
      expect(collection.watches()).toBeGreaterThan(1);
    });
  }

  it('tells nothing twice: not for repeated bookmarks, nor for an event that is sent again', async () => {
    const collection = await fakeCollection();
    const {told} = follow(collection);
    await expect.poll(collection.watches).toBe(1);
    collection.put('a', '1');
    collection.bookmark();
    collection.repeat();
    collection.bookmark();
    collection.remove('a');
    collection.repeat();
    collection.put('b', '1');
    await expect.poll(() => told).toEqual(['synced', '+a=1', '-a', '+b=1']);
  });

  it('goes on from a bookmark, so that what was compacted before it needs no new list', async () => {
    const collection = await fakeCollection();
    collection.put('a', '1');
    const {told} = follow(collection);
    await expect.poll(collection.watches).toBe(1);
    collection.compact();
    collection.bookmark();
    await expect.poll(() => collection.requests.length).toBe(2);
    collection.put('b', '1');
    await expect.poll(() => told).toContain('+b=1');
    collection.end('clean');
    await expect.poll(collection.watches).toBe(2);
    collection.put('c', '1');
    await expect.poll(() => told).toEqual(['+a=1', 'synced', '+b=1', '+c=1']);
  });

  for (const expiry of ['status', 'event'] as const) {
    it(`finds what changed by comparison where its version expired (told by ${expiry}), and says resynced`, async () => {
      const collection = await fakeCollection();
      collection.expiry = expiry;
      collection.put('kept', '1');
      collection.put('changed', '1');
      collection.put('gone', '1');
      const {told} = follow(collection);
      await expect.poll(collection.watches).toBe(1);
      await collection.stop();
      collection.put('changed', '2');
      collection.remove('gone');
      collection.put('new', '1');
      collection.compact();
      await collection.start();
      await expect.poll(() => told.slice(4)).toEqual(['-gone', '~changed=2', '+new=1', 'resynced']);
    });
  }

  it('tells a deletion and an addition where an object was replaced by another of its name', async () => {
    const collection = await fakeCollection();
    collection.put('a', '1');
    const {told} = follow(collection);
    await expect.poll(collection.watches).toBe(1);
    await collection.stop();
    collection.remove('a');
    collection.put('a', '1');
    collection.compact();
    await collection.start();
    await expect.poll(() => told).toEqual(['+a=1', 'synced', '-a', '+a=1', 'resynced']);
  });

  it('outlasts a restart of the server: what happened meanwhile is told, each change once', async () => {
    const collection = await fakeCollection();
    collection.put('a', '1');
    const {told} = follow(collection);
    await expect.poll(collection.watches).toBe(1);
    await collection.stop();
    collection.put('a', '2');
    collection.put('a', '3');
    await collection.start();
    await expect.poll(() => told).toEqual(['+a=1', 'synced', '~a=2', '~a=3']);
    expect(collection.lists()).toBe(1);
  });

  it('gives up a connection that went silent, and asks again', async () => {
    const collection = await fakeCollection();
    collection.silent = true;
    const {told} = follow(collection, {...TIMES, idleMs: 60});
    await expect.poll(collection.watches).toBe(1);
    collection.put('a', '1');
    collection.silent = false;
    await expect.poll(() => told).toEqual(['synced', '+a=1']);
  });

  it('reads anew where the server knows no version that is as new', async () => {
    let watches = 0;
    const server = await fakeServer(({query, json, response}) => {
      if (!query.has('watch')) json(200, {metadata: {resourceVersion: '5'}, items: []});
      else if (++watches > 1) response.writeHead(200).flushHeaders();
      else {
        const details = {causes: [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version'}]};
        json(504, status(504, 'Timeout', 'Too large resource version: 9, current: 5', details));
      }
    });
    const events = watchObjects(server.client(), {resource: 'services', namespace: null}, AbortSignal.timeout(5000), TIMES);
    expect((await events.next()).value?.type).toBe('synced');
    expect((await events.next()).value?.type).toBe('resynced');
    await events.return(undefined);
  });

  it('pauses longer and longer where each list expires at once', async () => {
    const expired = status(410, 'Expired', 'too old resource version');
    const server = await fakeServer(({query, json}) =>
      query.has('watch') ? json(410, expired) : json(200, {metadata: {resourceVersion: '5'}, items: []}),
    );
    const stop = AbortSignal.timeout(300);
    const events = watchObjects(server.client(), {resource: 'services', namespace: null}, stop, {
      ...TIMES,
      firstPauseMs: 20,
      longestPauseMs: 1000,
    });
    for await (const _ of events);
    // pauses of about 20, 40, 80 and 160 ms fill the time
    expect(server.requests.length).toBeLessThan(14);
  });

  it('fails with FORBIDDEN where the right is missing, and does not try again', async () => {
    const server = await fakeServer(({query, json}) =>
      query.has('watch')
        ? json(403, status(403, 'Forbidden', 'services is forbidden: User "eve" cannot watch'))
        : json(200, {metadata: {resourceVersion: '5'}, items: []}),
    );
    const events = watchObjects(server.client(), {resource: 'services', namespace: null}, AbortSignal.timeout(5000), TIMES);
    expect((await events.next()).value?.type).toBe('synced');
    await expect(events.next()).rejects.toMatchObject({code: 'FORBIDDEN', message: expect.stringContaining('cannot watch')});
    expect(server.requests).toHaveLength(2);
  });

  it('fails where the server is not there at the start, after one more try', async () => {
    const collection = await fakeCollection();
    await collection.stop();
    const {failure} = follow(collection);
    await expect.poll(failure).toMatchObject({code: 'UNREACHABLE'});
  });

  it('ends when it is told to, with no connection left open', async () => {
    const collection = await fakeCollection();
    const stop = new AbortController();
    const events = watchObjects(collection.client(), {resource: 'services', namespace: 'kiada'}, stop.signal, TIMES);
    await events.next();
    const next = events.next();
    await expect.poll(collection.watches).toBe(1);
    stop.abort();
    expect(await next).toEqual({done: true, value: undefined});
  });

  it('adds up to the collection through any sequence of writes, drops, compactions and restarts', async () => {
    const collection = await fakeCollection();
    const {state, failure} = follow(collection);
    await expect.poll(collection.watches).toBe(1);
    let seed = 7;
    const chance = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    for (let step = 0; step < 300; step++) {
      const name = 'abcdef'[chance(6)] as string;
      switch (chance(12)) {
        case 0:
          collection.end('cut');
          break;
        case 1:
          collection.end('clean');
          break;
        case 2:
          collection.expiry = chance(2) === 0 ? 'status' : 'event';
          collection.compact();
          collection.end('cut');
          break;
        case 3:
          collection.bookmark();
          collection.repeat();
          break;
        case 4:
          if (chance(4) === 0) {
            await collection.stop();
            collection.put(name, `${step} while away`);
            await collection.start();
          }
          break;
        case 5:
        case 6:
          collection.remove(name);
          break;
        default:
          collection.put(name, String(step));
      }
      if (chance(5) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await expect
      .poll(() => Object.fromEntries([...state].toSorted()), {timeout: 10_000})
      .toEqual(Object.fromEntries(Object.entries(collection.present()).toSorted()));
    expect(failure()).toBeNull();
  });
});
