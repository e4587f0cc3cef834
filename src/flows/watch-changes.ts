import {setTimeout as delay} from 'node:timers/promises';
import type {ResourceName} from '../kube/index.ts';
import type {ClusterSource} from './source.ts';

/** How long further changes are gathered before one is told: a rollout makes many at once. */
const QUIET_MS = 50;

/**
 * Tells that something among these collections changed, several changes at a time, until the signal is aborted. The first word comes
 * when all are followed, for what changed since the caller read them.
 */
export async function* changesOf(
  source: ClusterSource,
  resources: readonly ResourceName[],
  namespace: string | null,
  signal: AbortSignal,
): AsyncGenerator<void> {
  const {watchObjects} = await import('../kube/index.ts');
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  let unsynced = resources.length;
  let dirty = false;
  let failure: {readonly error: unknown} | null = null;
  let wake = () => {};
  const follow = async (resource: ResourceName) => {
    for await (const event of watchObjects(source.client, {resource, namespace}, stop)) {
      if (event.type === 'synced') unsynced -= 1;
      if (unsynced > 0) continue;
      dirty = true;
      wake();
    }
  };
  stop.addEventListener('abort', () => wake());
  for (const resource of resources) {
    follow(resource).catch((error: unknown) => {
      failure ??= {error};
      wake();
    });
  }
  try {
    for (;;) {
      if (!dirty && failure === null && !stop.aborted) await new Promise<void>((resolve) => (wake = resolve));
      if (stop.aborted) return;
      if (failure !== null) throw (failure as {error: unknown}).error;
      if (!dirty) continue;
      await delay(QUIET_MS, undefined, {signal: stop}).catch(() => {
        // aborted: seen at the loop's head
      });
      dirty = false;
      yield;
    }
  } finally {
    ended.abort();
  }
}

/** The results of asking again after each change, those left out that are as the one before. */
export async function* whenChanged<Result>(changes: AsyncIterable<void>, ask: () => Promise<Result>): AsyncGenerator<Result> {
  let last = await ask();
  yield last;
  for await (const _ of changes) {
    const result = await ask();
    if (JSON.stringify(result) === JSON.stringify(last)) continue;
    last = result;
    yield result;
  }
}
