import {describe, expect, it} from 'vitest';
import {followEndpoints} from '../../src/flows/follow-endpoints.ts';
import {watchEndpoints} from '../../src/flows/watch-endpoints.ts';
import type {EndpointChange} from '../../src/model/index.ts';
import {apiCluster} from './api-cluster.ts';

/** `+a` added, `-a` removed, `~a` changed with the reason, `synced`. */
function words(change: EndpointChange): string {
  const pod = (change.after ?? change.before)?.pod ?? '';
  switch (change.type) {
    case 'added':
      return `+${pod}`;
    case 'removed':
      return `-${pod}`;
    case 'changed':
      return `~${pod} ${change.reason}`;
    default:
      return change.type;
  }
}

const FLAGS = {namespace: 'default', 'all-namespaces': false} as const;

describe('following endpoints', () => {
  it('tells the present state, synced, and then each change with why', async () => {
    const {source, slice} = await apiCluster();
    slice('a', '!b');
    const stop = new AbortController();
    const told: string[] = [];
    const changes = watchEndpoints(source, {namespace: 'default', services: ['svc/quote'], signal: stop.signal});
    const ended = (async () => {
      for await (const change of changes) told.push(words(change));
    })();
    await expect.poll(() => told).toEqual(['+a', '+b', 'synced']);
    slice('a', 'b');
    await expect.poll(() => told.slice(3)).toEqual(['~b became ready']);
    slice('b', 'c');
    await expect.poll(() => told.slice(4)).toEqual(['-a', '+c']);
    stop.abort();
    await ended;
  });

  it('tells nothing of a Service that nobody asked for, and everything where none is named', async () => {
    const {source, api, slice} = await apiCluster();
    slice('a');
    api.create('services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'quiz', namespace: 'default'},
      spec: {ports: [{port: 80}]},
    } as never);
    const first = async (services: readonly string[]) => {
      const told: string[] = [];
      for await (const change of watchEndpoints(source, {
        namespace: 'default',
        services,
        until: 'total>=0',
        signal: AbortSignal.timeout(5000),
      })) {
        told.push(words(change));
      }
      return told;
    };
    expect(await first(['quiz'])).toEqual(['synced']);
    expect(await first([])).toEqual(['+a', 'synced']);
  });

  it('is a gate: it ends with 0 when the condition holds, also when it holds at once', async () => {
    const {source, slice} = await apiCluster();
    slice('a', '!b');
    expect(await followEndpoints(source, ['quote'], {...FLAGS, until: 'ready>=1', timeout: 5000}, () => {})).toBe(0);
    const told: string[] = [];
    const gate = followEndpoints(source, ['quote'], {...FLAGS, until: 'ready>=2', timeout: 20_000}, (change) => told.push(words(change)));
    await expect.poll(() => told).toContain('synced');
    slice('a', 'b');
    expect(await gate).toBe(0);
    expect(told.at(-1)).toBe('~b became ready');
  });

  it('ends with 124 when the time is over first, and with 0 where nothing was waited for', async () => {
    const {source, slice} = await apiCluster();
    slice('!a');
    expect(await followEndpoints(source, ['quote'], {...FLAGS, until: 'ready>=1', timeout: 150}, () => {})).toBe(124);
    expect(await followEndpoints(source, ['quote'], {...FLAGS, timeout: 150}, () => {})).toBe(0);
  });

  it('names what is near a Service that does not exist', async () => {
    const {source} = await apiCluster();
    await expect(followEndpoints(source, ['qoute'], FLAGS, () => {})).rejects.toMatchObject({
      code: 'SERVICE_NOT_FOUND',
      exitCode: 3,
      hint: 'Did you mean: quote',
    });
  });

  it('refuses a condition that is none', async () => {
    const {source} = await apiCluster();
    for (const until of ['ready', 'ready>=', 'redy>=1', 'ready>=-1', 'ready=>1']) {
      await expect(followEndpoints(source, ['quote'], {...FLAGS, until}, () => {})).rejects.toMatchObject({code: 'USAGE', exitCode: 2});
    }
  });
});
