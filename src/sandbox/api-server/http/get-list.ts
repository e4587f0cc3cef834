import {setTimeout as delay} from 'node:timers/promises';
import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {badRequest, expired, notFound} from '../errors.ts';
import type {Store} from '../store/index.ts';
import {tableOf} from '../table/index.ts';
import type {ResourceExchange} from './exchange.ts';
import {type ListOptions, parseListOptions} from './list-options.ts';
import {type Accepted, negotiate} from './negotiate.ts';
import {partialMetadata, partialMetadataList} from './partial-metadata.ts';
import {sendObject} from './respond.ts';
import {keyOf, listAt} from './snapshot.ts';
import {apiVersionOf, toServed} from './versions.ts';
import {startWatch} from './watch.ts';

/** What `GET` on a collection or `?watch` starts; what `GET` on one object gives. */
export async function getOrList(exchange: ResourceExchange): Promise<void> {
  const {target, query} = exchange;
  const {resource, namespace, name} = target;
  const watching = target.watch || (name === '' && query.has('watch') && query.get('watch') !== 'false' && query.get('watch') !== '0');
  if (watching) {
    query.set('watch', 'true');
    return startWatch(exchange, parseListOptions(query, resource, name));
  }
  if (name === '') return list(exchange);
  const object = exchange.parts.api.get(resource.plural, namespace, name);
  if (object === null) throw notFound(resource, name);
  await sendOne(exchange, 200, toServed(resource, object));
}

/** One object as the client wants to see it. */
export async function sendOne({request, response, target, query}: ResourceExchange, code: number, object: KubernetesObject): Promise<void> {
  const accepted = negotiate(request.headers.accept, ['Table', 'PartialObjectMetadata']);
  if (accepted.as === 'Table') {
    const table = tableOf(target.resource, [object], {
      include: query.get('includeObject'),
      version: object.metadata?.resourceVersion ?? '',
    });
    return sendObject(response, code, table, accepted);
  }
  await sendObject(response, code, accepted.as === null ? object : partialMetadata(object), accepted);
}

async function list(exchange: ResourceExchange): Promise<void> {
  const {request, response, target, query, parts} = exchange;
  const accepted = negotiate(request.headers.accept, ['Table', 'PartialObjectMetadataList']);
  const options = parseListOptions(query, target.resource, '');
  await waitForVersion(parts.api.store, options, parts.signal);
  const page = takePage(parts.api.store, target, options);
  await sendObject(response, 200, renderPage(exchange, page, accepted), accepted);
}

interface Page {
  readonly items: readonly KubernetesObject[];
  readonly metadata: {readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number};
}

function renderPage({target, query}: ResourceExchange, {items, metadata}: Page, accepted: Accepted): object {
  const {resource} = target;
  const served = items.map((object) => toServed(resource, object));
  if (accepted.as === 'Table') {
    const table = tableOf(resource, served, {include: query.get('includeObject'), version: metadata.resourceVersion});
    return {...table, metadata};
  }
  if (accepted.as !== null) return partialMetadataList(served, metadata);
  const bare = served.map(({apiVersion: _, kind: __, ...rest}) => rest);
  return {kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: bare};
}

/** A list that asks for a version yet to come waits a little, then is told to come back. */
async function waitForVersion(store: Store, {resourceVersion}: ListOptions, signal: AbortSignal): Promise<void> {
  if (resourceVersion === null || resourceVersion <= store.resourceVersion) return;
  await reached(store, resourceVersion, signal);
  if (resourceVersion <= store.resourceVersion) return;
  const message = `Timeout: Too large resource version: ${resourceVersion}, current: ${store.resourceVersion}`;
  const causes = [{reason: 'ResourceVersionTooLarge', message: 'Too large resource version', field: ''}];
  throw new ApiError(504, 'Timeout', message, {causes, retryAfterSeconds: 1});
}

async function reached(store: Store, version: number, signal: AbortSignal): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  const stop = store.subscribe((change) => {
    if (change.resourceVersion >= version) resolve();
  });
  const timer = new AbortController();
  await Promise.race([promise, delay(3000, undefined, {signal: AbortSignal.any([timer.signal, signal])}).catch(() => undefined)]);
  timer.abort();
  stop();
}

interface Continue {
  readonly v: string;
  readonly rv: number;
  /** The key of the last object that was sent. */
  readonly start: string;
}

function takePage(store: Store, {resource, namespace}: ResourceExchange['target'], options: ListOptions): Page {
  const start = options.continueToken === '' ? null : readContinue(options);
  const version = start?.rv ?? (options.match === 'Exact' ? (options.resourceVersion as number) : store.resourceVersion);
  const all = listAt(store, resource.plural, namespace === '' ? undefined : namespace, version);
  if (all === null) throw start === null ? expired('The resourceVersion for the provided list is too old.') : continueExpired(store, start);
  const wanted = all.filter((object) => (start === null || keyOf(object) > start.start) && options.matches(object));
  const items = options.limit > 0 ? wanted.slice(0, options.limit) : wanted;
  const left = wanted.length - items.length;
  if (left === 0) return {items, metadata: {resourceVersion: String(version)}};
  const token = writeContinue({v: 'meta.k8s.io/v1', rv: version, start: keyOf(items.at(-1) as KubernetesObject)});
  const remaining = options.selective ? {} : {remainingItemCount: left};
  return {items, metadata: {resourceVersion: String(version), continue: token, ...remaining}};
}

function writeContinue(token: Continue): string {
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readContinue({continueToken, resourceVersion}: ListOptions): Continue {
  if (resourceVersion !== null && resourceVersion !== 0) throw badRequest('specifying resource version is not allowed when using continue');
  try {
    const token = JSON.parse(Buffer.from(continueToken, 'base64url').toString()) as Continue;
    if (token.v === 'meta.k8s.io/v1' && Number.isSafeInteger(token.rv) && typeof token.start === 'string') return token;
  } catch {
    // told below, as for a token of another shape
  }
  throw badRequest('invalid continue token: continue key is not valid');
}

/** The answer carries a token that goes on without consistency, as the API server's does. */
function continueExpired(store: Store, {start}: Continue): ApiError {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, ' +
    'or use the continue token in this response to retrieve the remainder of the results.';
  const error = expired(message);
  return Object.assign(error, {listMeta: {continue: writeContinue({v: 'meta.k8s.io/v1', rv: store.resourceVersion, start})}});
}
