import type {KubernetesObject} from '../../../model/index.ts';
import type {StatusCause} from '../../api.ts';
import {badRequest, invalidOptions, notFound, unsupportedMediaType} from '../errors.ts';
import type {Removed, RemoveOptions} from '../registry/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import {mediaType} from './decode-object.ts';
import type {ResourceExchange} from './exchange.ts';
import {sendOne} from './get-list.ts';
import {parseListOptions} from './list-options.ts';
import {BODY_TYPES, readValue} from './read-body.ts';
import {sendObject} from './respond.ts';
import {apiVersionOf, toServed} from './versions.ts';
import {dryRunCauses, notSupported} from './write-options.ts';

/** Kinds whose deletion answers with the object rather than a Status. */
const OBJECT_RETURNED = new Set(
  'pods services serviceaccounts persistentvolumes persistentvolumeclaims podtemplates resourcequotas'.split(' '),
);

/** `DELETE` of one object. */
export async function deleteObject(exchange: ResourceExchange): Promise<void> {
  const {resource, namespace, name} = exchange.target;
  const options = await readDeleteOptions(exchange);
  const removed = exchange.parts.api.remove(resource.plural, namespace, name, options);
  if (removed === null) throw notFound(resource, name);
  await answer(exchange, removed, options);
}

async function answer(exchange: ResourceExchange, {object, gone}: Removed, options: RemoveOptions): Promise<void> {
  const {resource} = exchange.target;
  if (gone && !OBJECT_RETURNED.has(resource.plural)) return sendObject(exchange.response, 200, success(resource, object));
  const code = !gone && options.propagation === 'Foreground' ? 202 : 200;
  await sendOne(exchange, code, toServed(resource, object));
}

function success({plural, group}: ResourceInfo, {metadata}: KubernetesObject): object {
  const details = {name: metadata?.name, ...(group === '' ? {} : {group}), kind: plural, uid: metadata?.uid};
  return {kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details};
}

/** `DELETE` of a collection: what the selectors admit, answered as the list of what was there. */
export async function deleteCollection(exchange: ResourceExchange): Promise<void> {
  const {target, query, parts, response} = exchange;
  const {resource, namespace} = target;
  const listed = parseListOptions(query, resource, '');
  const options = await readDeleteOptions(exchange);
  const doomed = parts.api.store.list(resource.plural, namespace === '' ? undefined : namespace).filter(listed.matches);
  const {uid: _, resourceVersion: __, ...common} = options;
  const items = doomed
    .map(({metadata}) => parts.api.remove(resource.plural, metadata?.namespace ?? '', metadata?.name ?? '', common))
    .filter((removed) => removed !== null)
    .map(({object}) => toServed(resource, object));
  const metadata = {resourceVersion: String(parts.api.store.resourceVersion)};
  await sendObject(response, 200, {kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items});
}

interface DeleteBody {
  readonly kind?: string;
  readonly gracePeriodSeconds?: number | null;
  readonly propagationPolicy?: string | null;
  readonly orphanDependents?: boolean | null;
  readonly dryRun?: readonly string[];
  readonly preconditions?: {readonly uid?: string; readonly resourceVersion?: string} | null;
}

/** From the body, or from the query where there is none. Throws ApiError (400, 422). */
export async function readDeleteOptions({request, query}: ResourceExchange): Promise<RemoveOptions> {
  if (request.headers['content-length'] === '0' || !('content-length' in request.headers || 'transfer-encoding' in request.headers)) {
    return toRemoveOptions(fromQuery(query));
  }
  const type = mediaType(request.headers['content-type']);
  const describe = (why: string): string => `couldn't get version/kind; json parse error: ${why}`;
  if (!BODY_TYPES.includes(type)) throw unsupportedMediaType(BODY_TYPES);
  const {value} = await readValue(request, type, describe);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest(describe('it is no object'));
  const body = value as DeleteBody;
  if (body.kind !== undefined && body.kind !== 'DeleteOptions') throw badRequest(`${body.kind} cannot be handled as a DeleteOptions`);
  return toRemoveOptions(body);
}

/** DeleteOptions as RemoveOptions. Throws ApiError 422. */
export function toRemoveOptions(body: DeleteBody): RemoveOptions {
  const dryRun = body.dryRun ?? [];
  const causes = [...dryRunCauses(dryRun), ...propagationCauses(body)];
  if (causes.length > 0) throw invalidOptions('DeleteOptions', causes);
  const policy =
    body.propagationPolicy ?? (body.orphanDependents === true ? 'Orphan' : body.orphanDependents === false ? 'Background' : null);
  return {
    dryRun: dryRun.length > 0,
    ...(typeof body.gracePeriodSeconds === 'number' ? {graceSeconds: body.gracePeriodSeconds} : {}),
    ...(policy === null ? {} : {propagation: policy as NonNullable<RemoveOptions['propagation']>}),
    ...(body.preconditions?.uid === undefined ? {} : {uid: body.preconditions.uid}),
    ...(body.preconditions?.resourceVersion === undefined ? {} : {resourceVersion: body.preconditions.resourceVersion}),
  };
}

function propagationCauses({propagationPolicy: policy, orphanDependents}: DeleteBody): StatusCause[] {
  const known = ['Foreground', 'Background', 'Orphan', 'nil'];
  if (policy === undefined || policy === null) return [];
  if (orphanDependents !== undefined && orphanDependents !== null) {
    const message = 'Invalid value: orphanDependents and deletionPropagation cannot be both set';
    return [{reason: 'FieldValueInvalid', message, field: 'propagationPolicy'}];
  }
  return known.slice(0, 3).includes(policy) ? [] : [notSupported('propagationPolicy', JSON.stringify(policy), known)];
}

function fromQuery(query: URLSearchParams): DeleteBody {
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null && !/^-?\d+$/.test(grace)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(grace)}: invalid syntax`);
  const orphan = query.get('orphanDependents');
  return {
    ...(grace === null ? {} : {gracePeriodSeconds: Number(grace)}),
    propagationPolicy: query.get('propagationPolicy'),
    orphanDependents: orphan === null ? null : orphan === 'true',
    dryRun: query.getAll('dryRun'),
  };
}
