import type {ObjectMeta} from '../../../model/index.ts';
import type {StatusCause} from '../../api.ts';
import {conflict, invalid} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';

/** What makes each object its own: given by the caller, so that tests can fix it. */
export interface Identity {
  /** RFC 3339 with seconds, as `metadata` has times. */
  now(): string;
  uid(): string;
  /** Five characters for generateName. */
  suffix(): string;
}

/** A generated name leaves room for its five characters within 63. */
const LONGEST_BASE = 58;

/** The metadata of an object that is about to be created. What only the server may set is set anew. */
export function createMeta(resource: ResourceInfo, given: ObjectMeta, identity: Identity): ObjectMeta {
  const {selfLink: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, resourceVersion: ____, ...kept} = given;
  return {
    ...kept,
    name: nameFor(given, identity),
    ...(resource.namespaced ? {namespace: given.namespace ?? ''} : {}),
    uid: identity.uid(),
    creationTimestamp: identity.now(),
  };
}

function nameFor({name = '', generateName = ''}: ObjectMeta, identity: Identity): string {
  if (name !== '') return name;
  if (generateName !== '') return generateName.slice(0, LONGEST_BASE) + identity.suffix();
  return ''; // admission complains, after what comes before the metadata there
}

/** The metadata of an update: what a client cannot change is as it was, or refused where the client says otherwise. */
export function updateMeta(resource: ResourceInfo, given: ObjectMeta, old: ObjectMeta, put: boolean): ObjectMeta {
  const {selfLink: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, generation: ____, ...kept} = given;
  const name = old.name ?? '';
  // a PUT's uid is a precondition, a patch's is an attempt to change it
  if (put && given.uid !== undefined && given.uid !== '' && given.uid !== old.uid) {
    throw conflict(resource, name, `Precondition failed: UID in precondition: ${given.uid}, UID in object meta: ${old.uid}`);
  }
  const causes = [...immutable('uid', given, old), ...immutable('creationTimestamp', given, old), ...newFinalizers(given, old)];
  if (causes.length > 0) throw invalid(resource, name, causes);
  return {
    ...kept,
    ...pick(old, [
      'name',
      'namespace',
      'uid',
      'creationTimestamp',
      'deletionTimestamp',
      'deletionGracePeriodSeconds',
      'generation',
      'resourceVersion',
    ]),
    ...pick(kept['managedFields'] === undefined ? old : kept, ['managedFields']),
  };
}

function immutable(field: 'uid' | 'creationTimestamp', given: ObjectMeta, old: ObjectMeta): StatusCause[] {
  const value = given[field];
  if (value === undefined || value === null || value === '' || value === old[field]) return [];
  return [
    {reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: field is immutable`, field: `metadata.${field}`},
  ];
}

function newFinalizers(given: ObjectMeta, old: ObjectMeta): StatusCause[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (given.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
  if (added.length === 0) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [{reason: 'FieldValueForbidden', message, field: 'metadata.finalizers'}];
}

function pick(meta: ObjectMeta, fields: readonly string[]): ObjectMeta {
  return Object.fromEntries(fields.filter((field) => meta[field] !== undefined).map((field) => [field, meta[field]]));
}
