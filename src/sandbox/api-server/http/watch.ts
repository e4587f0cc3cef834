import type {ServerResponse} from 'node:http';
import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {expired} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {RecordedChange} from '../store/index.ts';
import {tableOf} from '../table/index.ts';
import type {ResourceExchange} from './exchange.ts';
import type {ListOptions} from './list-options.ts';
import {negotiate} from './negotiate.ts';
import {partialMetadata} from './partial-metadata.ts';
import {statusOf} from './respond.ts';
import {apiVersionOf, toServed} from './versions.ts';

/** A watcher that lets this much pile up reads too slowly and is cut off; it comes back with its resourceVersion. */
const BACKLOG_LIMIT = 16 * 1024 * 1024;
const BOOKMARK_EVERY_MS = 30_000;

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';

/** Streams changes from a version on until the client, the timeout or the server ends it. */
export function startWatch(exchange: ResourceExchange, options: ListOptions): void {
  const {response, parts, target} = exchange;
  const {store} = parts.api;
  const send = eventWriter(exchange);
  if (parts.watches.open >= parts.watches.limit)
    throw new ApiError(429, 'TooManyRequests', 'too many watches are open', {retryAfterSeconds: 1});
  const backlog = catchUp(exchange, options);
  response.writeHead(200, {'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private'});
  response.flushHeaders();
  if (backlog === null) {
    endExpired(response, options, store.resourceVersion);
    return;
  }
  for (const {type, object} of backlog) send(type, object);
  const follows = (change: RecordedChange): void => {
    const event = eventOf(change, target.resource, target.namespace, options);
    if (event !== null) send(event.type, event.object);
    if (response.writableLength > BACKLOG_LIMIT) response.destroy();
  };
  keepOpen(exchange, options, follows, () => send('BOOKMARK', bookmark(target.resource, store.resourceVersion)));
}

function keepOpen(
  {response, parts}: ResourceExchange,
  options: ListOptions,
  follows: (change: RecordedChange) => void,
  sendBookmark: () => void,
): void {
  // each its own time, so that watches do not all come back at once
  const seconds = options.timeoutSeconds !== null && options.timeoutSeconds > 0 ? options.timeoutSeconds : 1800 + Math.random() * 1800;
  const end = (): void => void response.end();
  const timer = setTimeout(
    () => {
      if (options.allowBookmarks) sendBookmark();
      end();
    },
    Math.min(seconds * 1000, 2 ** 31 - 1),
  );
  const bookmarks = options.allowBookmarks ? setInterval(sendBookmark, BOOKMARK_EVERY_MS) : undefined;
  const unsubscribe = parts.api.store.subscribe(follows);
  parts.watches.open += 1;
  parts.signal.addEventListener('abort', end, {once: true});
  response.once('close', () => {
    unsubscribe();
    clearTimeout(timer);
    clearInterval(bookmarks);
    parts.signal.removeEventListener('abort', end);
    parts.watches.open -= 1;
  });
}

interface WatchEvent {
  readonly type: EventType;
  readonly object: KubernetesObject;
}

/** What the client has missed, or the present state where it has seen nothing. Null where its version is compacted. */
function catchUp({parts, target}: ResourceExchange, options: ListOptions): WatchEvent[] | null {
  const {store} = parts.api;
  const {resource, namespace} = target;
  const fresh = options.resourceVersion === null || options.resourceVersion === 0;
  if (fresh || options.sendInitialEvents) {
    const present = store.list(resource.plural, namespace === '' ? undefined : namespace).filter(options.matches);
    const events = present.map((object): WatchEvent => ({type: 'ADDED', object}));
    return options.sendInitialEvents ? [...events, {type: 'BOOKMARK', object: bookmark(resource, store.resourceVersion, true)}] : events;
  }
  const changes = store.changesSince(options.resourceVersion as number);
  return changes?.map((change) => eventOf(change, resource, namespace, options)).filter((event) => event !== null) ?? null;
}

/** What a change means to a watch with selectors: an object that comes to match is added to it, one that ceases to is deleted from it. */
function eventOf(change: RecordedChange, resource: ResourceInfo, namespace: string, {matches}: ListOptions): WatchEvent | null {
  if (change.resource !== resource.plural || (namespace !== '' && change.object.metadata?.namespace !== namespace)) return null;
  const before = change.previous !== null && matches(change.previous);
  const after = change.type !== 'DELETED' && matches(change.object);
  if (after) return {type: before ? 'MODIFIED' : 'ADDED', object: change.object};
  if (!before) return null;
  if (change.type === 'DELETED') return {type: 'DELETED', object: change.object};
  // it is told as it last matched, under the version of the change
  const {previous, resourceVersion} = change;
  return {type: 'DELETED', object: {...previous, metadata: {...previous?.metadata, resourceVersion: String(resourceVersion)}}};
}

function bookmark(resource: ResourceInfo, version: number, initialEventsEnd = false): KubernetesObject {
  const annotations = initialEventsEnd ? {annotations: {'k8s.io/initial-events-end': 'true'}} : {};
  return {kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: {resourceVersion: String(version), ...annotations}};
}

/** A change is told to all its watchers one after the other, so the one line that was made last serves them all. */
const latest: {object: KubernetesObject | null; line: string} = {object: null, line: ''};

function eventWriter({request, response, target, query}: ResourceExchange): (type: EventType, object: KubernetesObject) => void {
  const accepted = negotiate(request.headers.accept, ['Table', 'PartialObjectMetadata']);
  const {resource} = target;
  let first = true;
  function render(object: KubernetesObject): string {
    if (accepted.as === 'PartialObjectMetadata') return JSON.stringify(partialMetadata(object));
    if (accepted.as === null) return sharedJson(resource, object);
    const include = query.get('includeObject');
    const table = tableOf(resource, [toServed(resource, object)], {include, version: object.metadata?.resourceVersion ?? '', bare: !first});
    first = false;
    return JSON.stringify(table);
  }
  return (type, object) => void response.write(`{"type":"${type}","object":${render(object)}}\n`);
}

function sharedJson(resource: ResourceInfo, object: KubernetesObject): string {
  const served = toServed(resource, object);
  if (served !== object) return JSON.stringify(served);
  if (latest.object !== object) Object.assign(latest, {object, line: JSON.stringify(object)});
  return latest.line;
}

function endExpired(response: ServerResponse, {resourceVersion}: ListOptions, current: number): void {
  const object = statusOf(expired(`too old resource version: ${resourceVersion} (${current})`));
  response.end(`${JSON.stringify({type: 'ERROR', object})}\n`);
}
