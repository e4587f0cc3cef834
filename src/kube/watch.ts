import type {IncomingMessage} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import type {KubernetesObject, ObjectChange} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import {listWithVersion, type ReadRequest} from './read.ts';
import {collectionPath, RESOURCES, type Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

/**
 * What a watch tells: each change once. `synced` follows the first full state; `resynced` says that the stream was broken in a way
 * that needed a new list, after the changes (found by comparison) that happened meanwhile.
 */
export type WatchEvent =
  | (ObjectChange & {readonly at: number})
  | {readonly type: 'synced'; readonly reason: null; readonly at: number}
  | {readonly type: 'resynced'; readonly reason: string; readonly at: number};

/** The server ends a watch after about this time; a new one goes on from the same version. */
const WATCH_SECONDS = 240;
/** Silence that long means a dead connection: servers send a bookmark about each minute. */
const IDLE_MS = 150_000;
const MAX_BACKOFF_MS = 15_000;

/**
 * Follows a collection for as long as the caller reads: no change is lost or doubled by a dropped connection, an expired version or a
 * restarted API server. Ends when `signal` is aborted. Throws what cannot be mended by waiting (no right, no such resource).
 */
export async function* watchObjects(
  client: KubeClient,
  request: Omit<ReadRequest, 'name' | 'optional'>,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const resource = RESOURCES[request.resource];
  const known = new Map<string, KubernetesObject>();
  let version = null as string | null;
  let first = true;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (version === null) {
        const listed = await listWithVersion(client, resource, request, signal);
        yield* differences(known, listed.objects);
        if (first) yield {type: 'synced', reason: null, at: Date.now()};
        else yield {type: 'resynced', reason: 'the watch had to start over', at: Date.now()};
        first = false;
        version = listed.resourceVersion;
      }
      const opened = Date.now();
      let events = 0;
      for await (const event of streamOf(client, resource, request, version, signal)) {
        failures = 0;
        events += 1;
        const next: string | undefined = event.object.metadata?.resourceVersion;
        if (event.type === 'EXPIRED') version = null;
        else if (next !== undefined) version = next;
        if (event.type === 'EXPIRED') break;
        const change = event.type === 'BOOKMARK' ? null : remember(known, event.type, event.object, resource);
        if (change !== null) yield change;
      }
      // a server that hangs up at once, again and again, must not be asked in a tight loop
      if (events === 0 && Date.now() - opened < 1000) failures += 1;
    } catch (error) {
      if (signal.aborted) return;
      if (!isPassing(error) || (first && failures >= 1)) throw error;
      if (error instanceof ApiRefusal && error.status === 410) version = null;
      failures += 1;
    }
    if (failures > 0)
      await delay(Math.min(MAX_BACKOFF_MS, 100 * 2 ** failures) * (0.75 + Math.random() / 2), undefined, {signal}).catch(() => {});
  }
}

/** Trouble that waiting may mend: the server is away, busy or restarting, or the version expired. */
function isPassing(error: unknown): boolean {
  if (error instanceof ApiRefusal) return error.status === 410 || error.status === 429 || error.status >= 500;
  return error instanceof KiadaError ? error.code === 'UNREACHABLE' : true;
}

function* differences(known: Map<string, KubernetesObject>, objects: readonly KubernetesObject[]): Generator<WatchEvent> {
  const at = Date.now();
  const present = new Map(objects.map((object) => [keyOf(object), object]));
  for (const [key, object] of known) {
    if (present.get(key)?.metadata?.uid === object.metadata?.uid) continue;
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

function remember(
  known: Map<string, KubernetesObject>,
  type: ObjectChange['type'],
  received: KubernetesObject,
  resource: Resource,
): WatchEvent | null {
  const object = {...received, apiVersion: resource.apiVersion, kind: resource.kind};
  const key = keyOf(object);
  const before = known.get(key);
  const at = Date.now();
  if (type === 'DELETED') {
    if (!known.delete(key)) return null;
    return {type, object, at};
  }
  if (before?.metadata?.resourceVersion === object.metadata?.resourceVersion && before !== undefined) return null;
  known.set(key, object);
  return {type: before === undefined ? 'ADDED' : 'MODIFIED', object, at};
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

interface StreamEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'EXPIRED';
  readonly object: KubernetesObject;
}

async function* streamOf(
  client: KubeClient,
  resource: Resource,
  request: Omit<ReadRequest, 'name' | 'optional'>,
  resourceVersion: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const response = await client.open({
    path: collectionPath(resource, request.namespace),
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion,
      timeoutSeconds: WATCH_SECONDS,
      labelSelector: request.labelSelector,
      fieldSelector: request.fieldSelector,
    },
    signal,
  });
  try {
    if (response.statusCode === 410) yield {type: 'EXPIRED', object: {}};
    else if ((response.statusCode ?? 0) >= 400)
      throw new ApiRefusal('UNREACHABLE', `watch refused: HTTP ${response.statusCode}`, response.statusCode ?? 0, '', []);
    else yield* eventsOf(response);
  } finally {
    response.destroy();
  }
}

async function* eventsOf(response: IncomingMessage): AsyncGenerator<StreamEvent> {
  response.setTimeout(IDLE_MS, () => response.destroy(new Error('the watch went silent')));
  for await (const line of linesOf(response)) {
    const event = JSON.parse(line) as {type: string; object: KubernetesObject & {code?: number}};
    if (event.type === 'ERROR') {
      if (event.object.code === 410) yield {type: 'EXPIRED', object: {}};
      else throw new Error(`watch: ${String(event.object['message'] ?? 'error')}`);
      return;
    }
    yield event as StreamEvent;
  }
}

/** The largest single event that is taken: etcd's limit for an object is about 1.5 MB. */
const MAX_LINE = 64 * 1024 * 1024;

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let pending: string[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<string>) {
    const parts = chunk.split('\n');
    for (let index = 0; index < parts.length - 1; index++) {
      pending.push(parts[index] as string);
      const line = pending.join('');
      pending = [];
      size = 0;
      if (line !== '') yield line;
    }
    const rest = parts.at(-1) as string;
    size += rest.length;
    if (size > MAX_LINE) throw new Error('a watch event is too large');
    if (rest !== '') pending.push(rest);
  }
}
