import type {ObjectMeta, OwnerReference} from '../../../../model/index.ts';
import {type FieldError, forbidden, invalid, invalidFor, required, tooLong} from './field-error.ts';
import {asPrefix, dns1123Label, labelValue, qualifiedName} from './names.ts';
import {isSame} from './same.ts';

interface MetadataRules {
  readonly namespaced: boolean;
  /** The rule for the kind's names. */
  readonly name: (value: string) => string[];
}

/** `metadata` of a new object. Upstream: apimachinery, pkg/api/validation/objectmeta.go. */
export function validateMetadata(metadata: ObjectMeta, rules: MetadataRules): FieldError[] {
  return [
    ...(metadata.generateName
      ? invalidFor('metadata.generateName', metadata.generateName, asPrefix(rules.name)(metadata.generateName))
      : []),
    ...(metadata.name
      ? invalidFor('metadata.name', metadata.name, rules.name(metadata.name))
      : [required('metadata.name', 'name or generateName is required')]),
    ...validateNamespace(metadata.namespace ?? '', rules.namespaced),
    ...(Number(metadata.generation ?? 0) < 0 ? [negativeGeneration(metadata)] : []),
    ...validateTags(metadata),
    ...validateFinalizers(metadata.finalizers ?? []),
  ];
}

/** `metadata` of a changed object. */
export function validateMetadataUpdate(metadata: ObjectMeta, old: ObjectMeta): FieldError[] {
  return [
    ...(old.deletionTimestamp === undefined ? [] : noNewFinalizers(metadata.finalizers ?? [], old.finalizers ?? [])),
    ...(metadata.resourceVersion ? [] : [invalid('metadata.resourceVersion', '', 'must be specified for an update')]),
    ...(Number(metadata.generation ?? 0) < 0 ? [negativeGeneration(metadata)] : []),
    ...(Number(metadata.generation ?? 0) < Number(old.generation ?? 0)
      ? [invalid('metadata.generation', metadata.generation ?? 0, 'must not be decremented')]
      : []),
    ...IMMUTABLE.flatMap((name) => immutable(`metadata.${name}`, metadata[name], old[name])),
    ...validateTags(metadata),
  ];
}

const IMMUTABLE = ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const;

/** `field is immutable` where the two differ. */
export function immutable(field: string, value: unknown, old: unknown): FieldError[] {
  return isSame(value, old) ? [] : [invalid(field, value, 'field is immutable')];
}

function negativeGeneration({generation}: ObjectMeta): FieldError {
  return invalid('metadata.generation', generation, 'must be greater than or equal to 0');
}

function validateNamespace(namespace: string, namespaced: boolean): FieldError[] {
  if (!namespaced) return namespace === '' ? [] : [forbidden('metadata.namespace', 'not allowed on this type')];
  if (namespace === '') return [required('metadata.namespace')];
  return invalidFor('metadata.namespace', namespace, dns1123Label(namespace));
}

function validateTags(metadata: ObjectMeta): FieldError[] {
  return [
    ...validateLabels(metadata.labels ?? {}, 'metadata.labels'),
    ...validateAnnotations(metadata.annotations ?? {}, 'metadata.annotations'),
    ...validateOwners(metadata.ownerReferences ?? []),
  ];
}

/** Keys and values; the field is the whole map, as the API has it. */
export function validateLabels(labels: Readonly<Record<string, string>>, field: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...invalidFor(field, key, qualifiedName(key)),
    ...invalidFor(field, value, labelValue(value)),
  ]);
}

const ANNOTATIONS_LIMIT = 256 * 1024;

export function validateAnnotations(annotations: Readonly<Record<string, string>>, field: string): FieldError[] {
  const size = Object.entries(annotations).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  return [
    ...Object.keys(annotations).flatMap((key) => invalidFor(field, key, qualifiedName(key.toLowerCase()))),
    ...(size > ANNOTATIONS_LIMIT ? [tooLong(field, ANNOTATIONS_LIMIT)] : []),
  ];
}

function validateOwners(owners: readonly OwnerReference[]): FieldError[] {
  const controllers = owners.filter((owner) => owner.controller === true).map(({kind, name}) => `${kind}/${name}`);
  const message = (other: string | undefined) =>
    `Only one reference can have Controller set to true. Found "true" in references for ${controllers[0]} and ${other}`;
  return [
    ...owners.flatMap((owner, index) => validateOwner(owner, `metadata.ownerReferences[${index}]`)),
    ...controllers.slice(1).map((other) => invalid('metadata.ownerReferences', owners, message(other))),
  ];
}

function validateOwner(owner: OwnerReference, field: string): FieldError[] {
  const empty = (['apiVersion', 'kind', 'name', 'uid'] as const).filter((name) => !owner[name]);
  const isEvent = owner.apiVersion === 'v1' && owner.kind === 'Event';
  return [
    ...empty.map((name) => required(`${field}.${name}`, 'must not be empty')),
    ...(isEvent ? [invalid(field, owner, '/v1, Kind=Event is disallowed from being an owner')] : []),
  ];
}

const STANDARD_FINALIZERS = ['kubernetes', 'orphan', 'foregroundDeletion'];
const UNKNOWN_FINALIZER = 'name is neither a standard finalizer name nor is it fully qualified';

function isKnownFinalizer(name: string): boolean {
  return name.includes('/') || STANDARD_FINALIZERS.includes(name);
}

function validateFinalizers(finalizers: readonly string[]): FieldError[] {
  const both = finalizers.includes('orphan') && finalizers.includes('foregroundDeletion');
  return [
    ...finalizers.flatMap((each) => invalidFor('metadata.finalizers', each, qualifiedName(each))),
    ...finalizers.flatMap((each, index) =>
      isKnownFinalizer(each) ? [] : [invalid(`metadata.finalizers[${index}]`, each, UNKNOWN_FINALIZER)],
    ),
    ...(both ? [invalid('metadata.finalizers', finalizers, 'finalizer foregroundDeletion and orphan cannot be both set')] : []),
  ];
}

function noNewFinalizers(finalizers: readonly string[], old: readonly string[]): FieldError[] {
  const added = finalizers.filter((each) => !old.includes(each)).sort();
  if (added.length === 0) return [];
  const list = `[]string{${added.map((each) => JSON.stringify(each)).join(', ')}}`;
  return [forbidden('metadata.finalizers', `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`)];
}
