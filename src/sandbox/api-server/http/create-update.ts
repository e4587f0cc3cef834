import type {KubernetesObject} from '../../../model/index.ts';
import {badRequest, notFound} from '../errors.ts';
import type {Subresource} from '../registry/index.ts';
import type {ResourceInfo} from '../schema/index.ts';
import {actedOnWarnings} from './acted-on.ts';
import {decodeObject} from './decode-object.ts';
import type {ResourceExchange} from './exchange.ts';
import {sendOne} from './get-list.ts';
import {addWarnings} from './respond.ts';
import {toServed, toStored} from './versions.ts';
import {parseWriteParameters} from './write-options.ts';

/** Kinds that a PUT makes where they are not there yet. */
const CREATED_BY_PUT = new Set(
  'services endpoints events leases limitranges serviceaccounts roles rolebindings clusterroles clusterrolebindings runtimeclasses'.split(
    ' ',
  ),
);

/** `POST` on a collection. */
export async function createObject(exchange: ResourceExchange): Promise<void> {
  const {target, parts, response} = exchange;
  const parameters = parseWriteParameters(exchange, 'CreateOptions');
  const {object, warnings} = await decodeObject(exchange, target.resource, parameters.fieldValidation);
  const placed = placeInNamespace(object, target);
  const written = parts.api.write('create', target.resource.plural, toStored(target.resource, placed), parameters);
  addWarnings(response, [...warnings, ...written.warnings, ...actedOnWarnings(target.resource)]);
  await sendOne(exchange, 201, toServed(target.resource, written.object));
}

/** `PUT` on an object, its status, or a subresource that is a view of it. */
export async function replaceObject(exchange: ResourceExchange): Promise<void> {
  const {target, parts, response} = exchange;
  const {resource, namespace, name} = target;
  const parameters = parseWriteParameters(exchange, 'UpdateOptions');
  const {object, warnings} = await decodeObject(exchange, resource, parameters.fieldValidation);
  const placed = placeInNamespace(checkName(object, name), target);
  const exists = parts.api.get(resource.plural, namespace, name) !== null;
  if (!exists && !(CREATED_BY_PUT.has(resource.plural) && target.subresource === '')) throw notFound(resource, name);
  const stored = toStored(resource, placed);
  const how = {...parameters, subresource: viewOf(target.subresource), demandVersion: true};
  const written = parts.api.write(exists ? 'update' : 'create', resource.plural, stored, how);
  addWarnings(response, [...warnings, ...written.warnings, ...actedOnWarnings(resource)]);
  await sendOne(exchange, exists ? 200 : 201, toServed(resource, written.object));
}

/** The subresources that are written like the object itself. Throws ApiError for those that the sandbox does not have. */
export function viewOf(subresource: string): Subresource {
  if (subresource === '' || subresource === 'status' || subresource === 'finalize' || subresource === 'approval') return subresource;
  throw badRequest(`the sandbox does not support the subresource ${subresource}`);
}

/** The namespace of the path goes into the object; another one in it is refused. */
export function placeInNamespace(
  object: KubernetesObject,
  {resource, namespace}: {resource: ResourceInfo; namespace: string},
): KubernetesObject {
  const given = object.metadata?.namespace ?? '';
  if (given !== '' && given !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (!resource.namespaced) return object;
  if (namespace === '') throw badRequest('an empty namespace may not be set during creation');
  return {...object, metadata: {...object.metadata, namespace}};
}

export function checkName(object: KubernetesObject, name: string): KubernetesObject {
  const given = object.metadata?.name ?? '';
  if (given !== '' && given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
  if (given === '') throw badRequest('name must be provided');
  return object;
}
