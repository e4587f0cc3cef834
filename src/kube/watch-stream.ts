import type {IncomingMessage} from 'node:http';
import type {KubernetesObject} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import type {ReadRequest} from './read.ts';
import {collectionPath, type Resource} from './resources.ts';
import {errorOfStatus} from './status-error.ts';

/** One line of a watch as it came; `EXPIRED` says that the version to go on from is too old. */
export interface StreamEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'EXPIRED';
  readonly object: KubernetesObject;
}

export interface StreamTimes {
  /** The server ends a watch after about this time; a new one goes on from the same version. */
  readonly watchSeconds: number;
  /** Silence that long means a dead connection: servers send a bookmark about each minute. */
  readonly idleMs: number;
}

/** A watch that broke in the middle: waiting and asking again mends it. */
export class BrokenWatch extends Error {}

/** One connection's worth of a watch. Throws BrokenWatch for what waiting mends, KiadaError for what the server refuses. */
export async function* streamOf(
  client: KubeClient,
  resource: Resource,
  request: Pick<ReadRequest, 'namespace' | 'labelSelector' | 'fieldSelector'>,
  resourceVersion: string,
  times: StreamTimes,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  const path = collectionPath(resource, request.namespace);
  const response = await client.open({
    path,
    query: {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion,
      timeoutSeconds: times.watchSeconds,
      labelSelector: request.labelSelector,
      fieldSelector: request.fieldSelector,
    },
    signal,
  });
  const status = response.statusCode ?? 0;
  response.setTimeout(times.idleMs, () => response.destroy(new BrokenWatch('the watch went silent')));
  try {
    if (status === 410) yield {type: 'EXPIRED', object: {}};
    else if (status >= 300) throw errorOfStatus(status, await refusalOf(response), {path});
    else yield* eventsOf(response);
  } finally {
    response.destroy();
  }
}

/** What a refusal says, as far as it is a `Status`; it may be a proxy's page of any length. */
async function refusalOf(response: IncomingMessage): Promise<unknown> {
  let text = '';
  response.setEncoding('utf8');
  for await (const chunk of chunksOf(response)) {
    text += chunk;
    if (text.length > MAX_REFUSAL) return text.slice(0, MAX_REFUSAL);
  }
  return text.startsWith('{') ? parse(text) : text;
}

const MAX_REFUSAL = 64 * 1024;

async function* eventsOf(response: IncomingMessage): AsyncGenerator<StreamEvent> {
  for await (const line of linesOf(response)) {
    const event = parse(line) as {type: string; object: KubernetesObject & {code?: number}};
    if (event.type !== 'ERROR') {
      yield event as StreamEvent;
      continue;
    }
    if (event.object.code !== 410) throw new BrokenWatch(`watch: ${String(event.object['message'] ?? 'error')}`);
    yield {type: 'EXPIRED', object: {}};
    return;
  }
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new BrokenWatch('a watch event is no JSON', {cause: error});
  }
}

/** The largest single event that is taken: etcd's limit for an object is about 1.5 MB. */
const MAX_LINE = 64 * 1024 * 1024;

/** Whole lines; what a cut connection leaves of one is dropped, since the next watch sends it again. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8');
  let pending: string[] = [];
  let size = 0;
  for await (const chunk of chunksOf(response)) {
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
    if (size > MAX_LINE) throw new BrokenWatch('a watch event is too large');
    if (rest !== '') pending.push(rest);
  }
}

async function* chunksOf(response: IncomingMessage): AsyncGenerator<string> {
  try {
    for await (const chunk of response) yield chunk as string;
  } catch (error) {
    throw error instanceof BrokenWatch ? error : new BrokenWatch('the watch was cut', {cause: error});
  }
}
