import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import type {KubernetesObject, ObjectChange} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import {listWithVersion, type ReadRequest} from './read.ts';
import {RESOURCES, type Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';
import {BrokenWatch, type StreamEvent, type StreamTimes, streamOf} from './watch-stream.ts';

/**
 * What a watch tells: each change once. `synced` follows the first full state; `resynced` says that the stream was broken in a way
 * that needed a new list, after the changes (found by comparison) that happened meanwhile.
 */
export type WatchEvent =
  | (ObjectChange & {readonly at: number})
  | {readonly type: 'synced'; readonly reason: null; readonly at: number}
  | {readonly type: 'resynced'; readonly reason: string; readonly at: number};

export interface WatchTimes extends StreamTimes {
  /** The pause after the first failure; it doubles with each further one, up to the longest. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

const TIMES: WatchTimes = {watchSeconds: 240, idleMs: 150_000, firstPauseMs: 200, longestPauseMs: 15_000};
/** A watch that lasted that long was no failure, whatever ended it. */
const LASTED_MS = 1000;

/**
 * Follows a collection for as long as the caller reads: no change is lost or doubled by a dropped connection, an expired version or a
 * restarted API server. Ends when `signal` is aborted. Throws what cannot be mended by waiting (no right, no such resource), and what
 * twice prevents the first list.
 */
export async function* watchObjects(
  client: KubeClient,
  request: Omit<ReadRequest, 'name' | 'optional'>,
  signal: AbortSignal,
  times: WatchTimes = TIMES,
): AsyncGenerator<WatchEvent> {
  const resource = RESOURCES[request.resource];
  const known = new Map<string, KubernetesObject>();
  let version: string | null = null;
  let synced = false;
  let failures = 0;
  while (!signal.aborted) {
    const opened = Date.now();
    try {
      if (version === null) {
        const listed = await listWithVersion(client, resource, request, signal);
        yield* differences(known, listed.objects);
        yield synced
          ? {type: 'resynced', reason: 'the watch had to start over', at: Date.now()}
          : {type: 'synced', reason: null, at: Date.now()};
        synced = true;
        version = listed.resourceVersion;
      }
      for await (const event of streamOf(client, resource, request, version, times, signal)) {
        version = event.type === 'EXPIRED' ? null : (event.object.metadata?.resourceVersion ?? version);
        const change = remember(known, event, resource);
        if (change !== null) yield change;
      }
      failures = Date.now() - opened < LASTED_MS ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error) || (!synced && failures > 0)) throw error;
      if (needsNewList(error)) version = null;
      failures = Date.now() - opened < LASTED_MS ? failures + 1 : 1;
    }
    if (failures > 0) await pause(failures, times, signal);
  }
}

/** Doubling pauses with some chance in them, so that many watchers do not come back at the same moment. */
async function pause(failures: number, times: WatchTimes, signal: AbortSignal): Promise<void> {
  const ms = Math.min(times.longestPauseMs, times.firstPauseMs * 2 ** (failures - 1)) * (0.75 + Math.random() / 2);
  await delay(ms, undefined, {signal}).catch(() => {
    // aborted: the loop sees the signal itself
  });
}

/** Trouble that waiting may mend: the server is away, busy or restarting, or the version expired. Anything else is an answer or a bug. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiRefusal) return error.status === 410 || error.status === 429 || error.status >= 500;
  return error instanceof BrokenWatch || (error instanceof KiadaError && error.code === 'UNREACHABLE');
}

/** The version is too old, or newer than all that a server knows which was restored from a backup. */
function needsNewList(error: unknown): boolean {
  if (!(error instanceof ApiRefusal)) return false;
  return error.status === 410 || error.causes.some((cause) => cause.reason === 'ResourceVersionTooLarge');
}

function* differences(known: Map<string, KubernetesObject>, objects: readonly KubernetesObject[]): Generator<WatchEvent> {
  const at = Date.now();
  const present = new Map(objects.map((object) => [keyOf(object), object]));
  for (const [key, object] of known) {
    if (present.get(key)?.metadata?.uid === object.metadata?.uid && present.has(key)) continue;
    known.delete(key);
    yield {type: 'DELETED', object, at};
  }
  for (const [key, object] of present) {
    const before = known.get(key);
    known.set(key, object);
    if (before === undefined) yield {type: 'ADDED', object, at};
    else if (before.metadata?.resourceVersion !== object.metadata?.resourceVersion) yield {type: 'MODIFIED', object, at};
  }
}

/** Takes an event into what is known; the change that it makes, or null where it makes none. */
function remember(known: Map<string, KubernetesObject>, event: StreamEvent, resource: Resource): WatchEvent | null {
  if (event.type === 'BOOKMARK' || event.type === 'EXPIRED') return null;
  const object = {...event.object, apiVersion: resource.apiVersion, kind: resource.kind};
  const key = keyOf(object);
  const before = known.get(key);
  const at = Date.now();
  if (event.type === 'DELETED') return known.delete(key) ? {type: 'DELETED', object, at} : null;
  if (before !== undefined && before.metadata?.resourceVersion === object.metadata?.resourceVersion) return null;
  known.set(key, object);
  return {type: before === undefined ? 'ADDED' : 'MODIFIED', object, at};
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}
