import type {KubernetesObject, ObjectMeta} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import type {ResourceInfo} from '../schema/index.ts';
import {kindRules} from './kinds/index.ts';
import {type FieldError, invalidObject} from './rules/field-error.ts';
import {fillStructs} from './rules/fill-structs.ts';
import {validateMetadata, validateMetadataUpdate} from './rules/metadata.ts';
import {dns1123Subdomain} from './rules/names.ts';
import {isSame} from './rules/same.ts';
import {emptyStatus, validateBySchema} from './rules/schema-rules.ts';
import type {AdmissionContext, AdmissionRequest, Admitted, KindRules} from './types.ts';

/** An object open to editing. */
interface Draft {
  apiVersion?: string;
  kind?: string;
  metadata?: {-readonly [Name in keyof ObjectMeta]: ObjectMeta[Name]};
  [field: string]: unknown;
}

/**
 * Defaults, prepares, allocates for and validates one object. Throws ApiError (Invalid, Forbidden, …) in the words of the API server.
 * Not here: names from `generateName`, uid, times, resourceVersion, managedFields, the existence of the namespace.
 */
export function admit(request: AdmissionRequest, around: AdmissionContext): Admitted {
  const {operation, resource, object, old} = request;
  if (operation === 'delete') return admitDelete(request);
  const rules = kindRules(resource);
  const draft = structuredClone(object) as Draft;
  const context = {...around, dryRun: request.dryRun === true};
  if (operation === 'create' || old === null) return admitCreate(draft, resource, rules, context);
  return request.subresource === 'status'
    ? admitStatus(draft, old, resource, rules)
    : admitUpdate(draft, old, request.subresource, resource, rules, context);
}

/**
 * The object with what its API version fills in and nothing else. Field ownership of an ordinary write is that of the object in this state,
 * so this comes before `trackUpdate`; `admit` does it by itself.
 */
export function applyDefaults(object: KubernetesObject, resource: ResourceInfo): KubernetesObject {
  const draft = structuredClone(object) as Draft;
  fillDefaults(draft, kindRules(resource));
  return draft;
}

/** Kinds' defaults, and the structs that are always written, which may hold defaults of their own. */
function fillDefaults(draft: Draft, rules: KindRules): void {
  fillStructs(draft);
  rules.defaults?.(draft);
  fillStructs(draft);
}

function admitCreate(draft: Draft, resource: ResourceInfo, rules: KindRules, context: AdmissionContext): Admitted {
  fillDefaults(draft, rules);
  rules.mutate?.(draft, null, context);
  rules.prepare?.(draft, null, context);
  startStatus(draft, resource, rules);
  if (rules.generation !== undefined) draft.metadata = {...draft.metadata, generation: 1};
  const name = rules.name ?? dns1123Subdomain;
  refuse(resource, draft, [
    ...validateMetadata(metadataOf(draft), {namespaced: resource.namespaced, name}),
    ...validateBySchema(draft, rules),
    ...(rules.validate?.(draft, null) ?? []),
  ]);
  return {object: draft, warnings: rules.warnings?.(draft, null) ?? []};
}

function startStatus(draft: Draft, resource: ResourceInfo, rules: KindRules): void {
  const {initialStatus} = rules;
  if (initialStatus === 'keep' || !hasStatus(resource)) return;
  draft['status'] = initialStatus === undefined ? emptyStatus(draft) : initialStatus(draft);
  fillStructs(draft);
}

function admitUpdate(
  draft: Draft,
  old: KubernetesObject,
  subresource: string,
  resource: ResourceInfo,
  rules: KindRules,
  context: AdmissionContext,
): Admitted {
  carryOver(draft, old);
  fillDefaults(draft, rules);
  if (subresource === '') rules.mutate?.(draft, old, context);
  const before = structuredClone(old);
  rules.prepare?.(draft, before, context);
  if (hasStatus(resource)) setOrDrop(draft, 'status', old['status']);
  rules.prepareUpdate?.(draft, before);
  countGeneration(draft, old, rules);
  refuse(resource, draft, [
    ...validateMetadataUpdate(metadataOf(draft), metadataOf(old)),
    ...(rules.validateChange?.(draft, before) ?? []),
    ...validateBySchema(draft, rules),
    ...(rules.validate?.(draft, before) ?? []),
    ...(rules.validateAfter?.(draft, before) ?? []),
  ]);
  return {object: draft, warnings: rules.warnings?.(draft, before) ?? []};
}

/** Everything but the status and the metadata stays as it is stored. */
function admitStatus(draft: Draft, old: KubernetesObject, resource: ResourceInfo, rules: KindRules): Admitted {
  carryOver(draft, old);
  fillDefaults(draft, rules);
  for (const name of new Set([...Object.keys(draft), ...Object.keys(old)])) {
    if (name !== 'status' && name !== 'metadata') setOrDrop(draft, name, Object.hasOwn(old, name) ? old[name] : undefined);
  }
  const errors = [...validateMetadataUpdate(metadataOf(draft), metadataOf(old)), ...(rules.validateStatus?.(draft, old) ?? [])];
  refuse(resource, draft, errors);
  return {object: draft, warnings: []};
}

/** What a writer may leave out or has no say in. */
function carryOver(draft: Draft, old: KubernetesObject): void {
  const known: Record<string, unknown> = metadataOf(old);
  const metadata: Record<string, unknown> = draft.metadata ?? {};
  for (const name of ['uid', 'creationTimestamp', 'resourceVersion', 'name', 'namespace'] as const) {
    if (known[name] !== undefined && !metadata[name]) metadata[name] = known[name];
  }
  for (const name of ['generation', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const) {
    if (known[name] === undefined) delete metadata[name];
    else metadata[name] = known[name];
  }
  draft.metadata = metadata as NonNullable<Draft['metadata']>;
}

function countGeneration(draft: Draft, old: KubernetesObject, rules: KindRules): void {
  if (rules.generation === undefined || draft.metadata === undefined) return;
  const isLabelled = rules.generation === 'all' && !isSame(draft.metadata.labels, old.metadata?.labels);
  const changed =
    rules.generation === 'all' ? isLabelled || !isSame(withoutMetadata(draft), withoutMetadata(old)) : !isSame(draft['spec'], old['spec']);
  draft.metadata.generation = Number(old.metadata?.generation ?? 0) + (changed ? 1 : 0);
}

function withoutMetadata(object: KubernetesObject): Record<string, unknown> {
  const {metadata: _metadata, status: _status, ...rest} = object;
  return rest;
}

const KEPT_NAMESPACES = ['default', 'kube-system', 'kube-public'];

function admitDelete({resource, object, subresource}: AdmissionRequest): Admitted {
  const name = object.metadata?.name ?? '';
  if (resource.group === '' && resource.plural === 'namespaces' && subresource === '' && KEPT_NAMESPACES.includes(name)) {
    throw new ApiError(403, 'Forbidden', `namespaces ${JSON.stringify(name)} is forbidden: this namespace may not be deleted`, {
      name,
      kind: 'namespaces',
    });
  }
  return {object, warnings: []};
}

function refuse({group, kind}: ResourceInfo, object: KubernetesObject, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject(group, kind, metadataOf(object).name ?? '', errors);
}

function metadataOf(object: KubernetesObject): ObjectMeta {
  return object.metadata ?? {};
}

function hasStatus(resource: ResourceInfo): boolean {
  return resource.subresources.some(({name}) => name === 'status');
}

function setOrDrop(draft: Draft, name: string, value: unknown): void {
  if (value === undefined) delete draft[name];
  else draft[name] = structuredClone(value);
}
