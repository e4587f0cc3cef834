import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {badRequest, invalid, invalidOptions, notFound, unsupportedMediaType} from '../errors.ts';
import {applyServerSide, jsonMergePatch, strategicMerge, typedProblems} from '../patch/index.ts';
import type {Written} from '../registry/index.ts';
import {checkFields, strictDecodingError} from '../schema/index.ts';
import {actedOnWarnings} from './acted-on.ts';
import {checkName, placeInNamespace, viewOf} from './create-update.ts';
import {type Expected, fieldWarnings, mediaType} from './decode-object.ts';
import {isTrue, type ResourceExchange} from './exchange.ts';
import {sendOne} from './get-list.ts';
import {applyJsonPatch} from './json-patch.ts';
import {parseJson, parseYaml, readBody} from './read-body.ts';
import {addWarnings} from './respond.ts';
import {fromScale, scaleOf} from './scale.ts';
import {apiVersionOf, toServed, toStored} from './versions.ts';
import {parseWriteParameters, type WriteParameters} from './write-options.ts';

const PATCH_TYPES = ['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml'].map(
  (type) => `application/${type}`,
);

/** `PATCH` of any type on an object or a view of it. */
export async function patchObject(exchange: ResourceExchange): Promise<void> {
  const type = mediaType(exchange.request.headers['content-type']);
  if (!PATCH_TYPES.includes(type)) throw unsupportedMediaType();
  const parameters = parseWriteParameters(exchange, 'PatchOptions');
  checkParameters(exchange, type);
  const text = await readBody(exchange.request);
  const {written, warnings, created} =
    type === 'application/apply-patch+yaml' ? await apply(exchange, text, parameters) : change(exchange, type, text, parameters);
  addWarnings(exchange.response, [...warnings, ...written.warnings, ...actedOnWarnings(exchange.target.resource)]);
  await sendOne(exchange, created ? 201 : 200, view(exchange, written.object));
}

interface Outcome {
  readonly written: Written;
  readonly warnings: readonly string[];
  readonly created: boolean;
}

function checkParameters({query}: ResourceExchange, type: string): void {
  const applies = type === 'application/apply-patch+yaml';
  if (applies && (query.get('fieldManager') ?? '') === '') {
    throw invalidOptions('PatchOptions', [
      {reason: 'FieldValueRequired', message: 'Required value: is required for apply patch', field: 'fieldManager'},
    ]);
  }
  if (!applies && query.has('force')) {
    const message = 'Forbidden: may not be specified for non-apply patch';
    throw invalidOptions('PatchOptions', [{reason: 'FieldValueForbidden', message, field: 'force'}]);
  }
}

/** JSON patch, merge patch and strategic merge patch: the object as it is served, changed, and written back. */
function change(exchange: ResourceExchange, type: string, text: string, parameters: WriteParameters): Outcome {
  const {target, parts} = exchange;
  const {resource, namespace, name} = target;
  const stored = parts.api.get(resource.plural, namespace, name);
  if (stored === null) throw notFound(resource, name);
  const current = view(exchange, stored);
  const patched = patchWith(type, current, text);
  const expected: Expected = target.subresource === 'scale' ? {group: 'autoscaling', version: 'v1', kind: 'Scale'} : resource;
  const {object, warnings} = checkPatched({...patched, apiVersion: apiVersionOf(expected), kind: expected.kind}, expected, parameters);
  checkName(object, name);
  return {written: writeView(exchange, placeInNamespace(object, target), stored, parameters), warnings, created: false};
}

function patchWith(type: string, current: KubernetesObject, text: string): KubernetesObject {
  const patch = parseJson(text, () => 'invalid JSON patch');
  if (type === 'application/json-patch+json') return applyJsonPatch(current, patch);
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    const given = Array.isArray(patch) ? 'array' : patch === null ? 'null' : typeof patch === 'boolean' ? 'bool' : typeof patch;
    throw badRequest(`error decoding patch: json: cannot unmarshal ${given} into Go value of type map[string]interface {}`);
  }
  if (type === 'application/merge-patch+json') return jsonMergePatch(current, patch) as KubernetesObject;
  return strategicMerge(current, patch);
}

function checkPatched(
  object: KubernetesObject,
  expected: Expected,
  {fieldValidation}: WriteParameters,
): {object: KubernetesObject; warnings: string[]} {
  const {unknown, typeError, known} = checkFields(object);
  if (typeError !== null)
    throw new ApiError(422, 'Invalid', `${expected.kind} "" is invalid: patch: ${typeError}`, {causes: [patchCause(typeError)]});
  if (fieldValidation === 'Strict' && unknown.length > 0) {
    const cause = patchCause(`Invalid value: "patch": ${strictDecodingError(unknown, [])}`);
    const {code, reason, message} = invalid({plural: '', group: '', kind: ''}, '', [cause]);
    throw new ApiError(code, reason, message, {causes: [cause]});
  }
  return {object: known, warnings: fieldValidation === 'Warn' ? fieldWarnings(unknown, []) : []};
}

function patchCause(message: string): {reason: string; message: string; field: string} {
  return {reason: 'FieldValueInvalid', message, field: 'patch'};
}

/** Server-side apply: creates where there is nothing. */
async function apply(exchange: ResourceExchange, text: string, parameters: WriteParameters): Promise<Outcome> {
  const {target, parts, query} = exchange;
  const {resource, namespace, name} = target;
  const patch = readApplied(await parseYaml(text, (why) => `error decoding YAML: ${why}`), exchange);
  checkApplied(patch);
  const stored = parts.api.get(resource.plural, namespace, name);
  if (stored === null && target.subresource !== '') throw notFound(resource, name);
  const live = stored === null ? null : view(exchange, stored);
  const how = {manager: parameters.manager, force: isTrue(query.get('force')), now: `${new Date().toISOString().slice(0, 19)}Z`};
  const {object, changed} = applyServerSide(live, patch, {...how, subresource: target.subresource});
  if (!changed && stored !== null) return {written: {object: stored, warnings: []}, warnings: [], created: false};
  if (stored !== null) return {written: writeView(exchange, object, stored, {...parameters, applied: true}), warnings: [], created: false};
  const written = parts.api.write('create', resource.plural, toStored(resource, object), {...parameters, applied: true});
  return {written, warnings: [], created: true};
}

function readApplied(value: unknown, {target}: ResourceExchange): KubernetesObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badRequest('error decoding patch: it is no object');
  const object = value as KubernetesObject;
  const expected: Expected = target.subresource === 'scale' ? {group: 'autoscaling', version: 'v1', kind: 'Scale'} : target.resource;
  if (object.apiVersion !== apiVersionOf(expected) || object.kind !== expected.kind) {
    const slash = String(object.apiVersion ?? '').includes('/') ? object.apiVersion : `/${object.apiVersion ?? ''}`;
    throw badRequest(`invalid object type: ${slash}, Kind=${object.kind ?? ''}`);
  }
  if (object.metadata?.['managedFields'] !== undefined && object.metadata['managedFields'] !== null) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const named = {...object, metadata: {...object.metadata, name: object.metadata?.name ?? target.name}};
  return placeInNamespace(checkName(named, target.name), target);
}

/** Apply knows each field by its schema, whatever `fieldValidation` says; kube-apiserver answers one that does not fit with a bare 500. */
function checkApplied(patch: KubernetesObject): void {
  const fields = typedProblems(patch);
  if (fields.length === 0) return;
  const {apiVersion = '', kind = '', metadata} = patch;
  const version = apiVersion.includes('/') ? apiVersion : `/${apiVersion}`;
  const why = fields.length === 1 ? fields[0] : `errors:\n  ${fields.join('\n  ')}`;
  const name = `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`;
  throw new ApiError(500, '', `failed to create typed patch object (${name}; ${version}, Kind=${kind}): ${why}`);
}

/** What the path shows of a stored object: the object as served, or its Scale. */
function view({target}: ResourceExchange, stored: KubernetesObject): KubernetesObject {
  return target.subresource === 'scale' ? scaleOf(stored) : toServed(target.resource, stored);
}

function writeView(
  {target, parts}: ResourceExchange,
  object: KubernetesObject,
  stored: KubernetesObject,
  parameters: WriteParameters & {readonly applied?: boolean},
): Written {
  const {resource, subresource} = target;
  if (subresource === 'scale')
    return parts.api.write('update', resource.plural, fromScale(object, stored), {...parameters, subresource: 'scale'});
  const how = {...parameters, subresource: viewOf(subresource)};
  return parts.api.write('update', resource.plural, toStored(resource, object), how);
}
