import type {KubernetesObject} from '../../../model/index.ts';
import {schemaOf} from '../schema/index.ts';
import {compareFields} from './compare-fields.ts';
import {FieldSet} from './field-set.ts';
import {emptyObject, isSameManager, type Manager, managedOnly, readManagers, writeManagers} from './managed-fields.ts';
import {isRecord, type JsonRecord} from './record.ts';

export interface WriteOptions {
  readonly manager: string;
  /** RFC 3339. */
  readonly now: string;
  /** The empty string for the object itself. */
  readonly subresource: string;
}

/**
 * `metadata.managedFields` after an ordinary write (create, update, patch): what changed belongs to the writer with operation Update,
 * others lose it. `object` is what was sent with its API version's defaults (`applyDefaults`), before admission allocates and adds: that
 * belongs to nobody. `old` is what was stored (null on create).
 */
export function trackUpdate(object: KubernetesObject, old: KubernetesObject | null, options: WriteOptions): KubernetesObject {
  const schema = schemaOf(String(object.apiVersion), String(object.kind));
  if (schema === null) return object;
  const before = old === null ? emptyObject(schema) : (old as JsonRecord);
  const changes = compareFields(before, object as JsonRecord, schema);
  const [taken, removed] = [changes.added.union(changes.modified), changes.removed].map((set) =>
    managedOnly(set, object, options.subresource),
  ) as [FieldSet, FieldSet];
  const managers = startingManagers(object, old);
  if (taken.isEmpty && removed.isEmpty) return writeManagers(object, managers);
  const identity = {
    manager: options.manager,
    operation: 'Update',
    apiVersion: String(object.apiVersion),
    subresource: options.subresource,
  } as const;
  const own = managers.find((each) => isSameManager(each, identity));
  const fields = (own?.fields ?? new FieldSet()).union(taken).minus(removed);
  const others = managers.filter((each) => each !== own).map((each) => ({...each, fields: each.fields.minus(taken).minus(removed)}));
  const time = own?.fields.equals(fields) && taken.isEmpty ? own.time : options.now;
  return writeManagers(object, [...others, {...identity, time, fields}]);
}

/** Those that the writer sent along (kubectl rewrites them when it goes over to server-side apply), else the stored ones. `[{}]` forgets all. */
function startingManagers(object: KubernetesObject, old: KubernetesObject | null): Manager[] {
  const sent = object.metadata?.['managedFields'];
  if (Array.isArray(sent) && sent.length === 1 && isRecord(sent[0]) && Object.keys(sent[0]).length === 0) return [];
  if (Array.isArray(sent) && sent.length > 0) return readManagers(object);
  return old === null ? [] : readManagers(old);
}

/** The manager's name of a request: its `fieldManager` parameter, else the user agent up to the first slash. */
export function managerOf(fieldManager: string | null, userAgent: string): string {
  if (fieldManager !== null && fieldManager !== '') return fieldManager;
  return (userAgent.split('/')[0] ?? '').slice(0, 128) || 'unknown';
}
