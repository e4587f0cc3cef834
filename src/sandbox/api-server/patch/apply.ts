import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {type StructSchema, schemaOf} from '../schema/index.ts';
import {compareFields, type FieldChanges, fieldsOf, withNamedParents} from './compare-fields.ts';
import {FieldSet, formatPath, type Path} from './field-set.ts';
import {lastAppliedFields, withLastApplied} from './last-applied.ts';
import {emptyObject, isSameManager, type Manager, managedOnly, readManagers, writeManagers} from './managed-fields.ts';
import {mergeFields, removeFields} from './merge-fields.ts';
import {type JsonRecord, textOf} from './record.ts';

export interface ApplyOptions {
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339, for `managedFields[].time`. */
  readonly now: string;
  /** The empty string for the object itself. */
  readonly subresource: string;
}

export interface Applied {
  /** Merged and with its managedFields: still to be defaulted and admitted, and not to be tracked again. */
  readonly object: KubernetesObject;
  /** False where nothing but times would change: then nothing is to be written. */
  readonly changed: boolean;
}

/**
 * Server-side apply (KEP-555): the configuration over the live object, without what this manager applied earlier, applies no more, and
 * nobody else manages. `live` is null where the object is to be created. Throws ApiError 409 Conflict with one cause per field.
 */
export function applyServerSide(live: KubernetesObject | null, applied: KubernetesObject, options: ApplyOptions): Applied {
  const schema = schemaOf(String(applied.apiVersion), String(applied.kind));
  if (schema === null) throw new ApiError(415, 'UnsupportedMediaType', `server-side apply needs the schema of ${applied.kind}`);
  if (Array.isArray(applied.metadata?.['managedFields'])) throw new ApiError(400, 'BadRequest', 'metadata.managedFields must be nil');
  const identity = {
    manager: options.manager,
    operation: 'Apply',
    apiVersion: String(applied.apiVersion),
    subresource: options.subresource,
  } as const;
  const known = live === null ? [] : knownManagers(live, schema, options.now);
  const last = known.find((each) => isSameManager(each, identity));
  const others = known.filter((each) => each !== last);
  const fields = managedOnly(fieldsOf(applied as JsonRecord, schema), applied, options.subresource);
  const merged = mergeFields((live ?? {}) as JsonRecord, reset(applied, options.subresource), schema);
  const object = last === undefined ? merged : prune(merged, last.fields, [fields, ...others.map((each) => each.fields)], schema);
  const free = live !== null && options.manager === 'kubectl' ? lastAppliedFields(live, schema) : new FieldSet();
  const before = live ?? (emptyObject(schema) as KubernetesObject);
  const kept = yieldFields(others, compareFields(before as JsonRecord, object, schema), (path) => options.force || free.has(path));
  const isOther = live === null || textOf(withoutBookkeeping(object)) !== textOf(withoutBookkeeping(live));
  // upstream sets the time only where a value changes: who merely comes to share fields has none
  const managers = [...kept, {...identity, time: isOther ? options.now : (last?.time ?? ''), fields}];
  const changed = isOther || !sameManagers(known, managers);
  const result = object as KubernetesObject;
  const told = options.manager === 'kubectl' && options.subresource === '' ? withLastApplied(result, applied) : result;
  return {object: writeManagers(told, managers), changed: changed || told !== result};
}

/** An object from before field tracking belongs to `before-first-apply`. */
function knownManagers(live: KubernetesObject, schema: StructSchema, now: string): Manager[] {
  const known = readManagers(live);
  if (known.length > 0) return known;
  const {added, modified} = compareFields(emptyObject(schema), live as JsonRecord, schema);
  const fields = managedOnly(added.union(modified), live, '');
  return [{manager: 'before-first-apply', operation: 'Update', apiVersion: String(live.apiVersion), time: now, subresource: '', fields}];
}

/** What this door does not write is left out of the configuration. */
function reset(applied: KubernetesObject, subresource: string): JsonRecord {
  const {status, ...rest} = applied;
  const {apiVersion, kind, metadata} = applied;
  if (subresource === 'status') return {apiVersion, kind, metadata, ...(status === undefined ? {} : {status})};
  const keepsStatus = !managedOnly(new FieldSet([['f:status']]), applied, subresource).isEmpty;
  return keepsStatus ? {...applied} : rest;
}

function prune(merged: JsonRecord, last: FieldSet, current: readonly FieldSet[], schema: StructSchema): JsonRecord {
  const managed = current.reduce((all, each) => all.union(each), new FieldSet());
  const gone = withNamedParents(last, schema).minus(withNamedParents(managed, schema));
  return gone.isEmpty ? merged : removeFields(merged, gone, schema);
}

/** What others keep; throws where they would have to give up something that is not free to take. */
function yieldFields(others: readonly Manager[], changes: FieldChanges, isFree: (path: Path) => boolean): Manager[] {
  const taken = changes.added.union(changes.modified);
  const conflicts = others
    .flatMap((manager) => sortedPaths(manager.fields.intersect(taken)).map((path) => ({manager, path})))
    .filter(({path}) => !isFree(path));
  if (conflicts.length > 0) throw conflictError(conflicts);
  return others.map((each) => ({...each, fields: each.fields.minus(taken).minus(changes.removed)}));
}

function sortedPaths(fields: FieldSet): Path[] {
  return fields.paths().toSorted((one, other) => (formatPath(one) < formatPath(other) ? -1 : 1));
}

interface Conflict {
  readonly manager: Manager;
  readonly path: Path;
}

function conflictError(conflicts: readonly Conflict[]): ApiError {
  const causes = conflicts.map(({manager, path}) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${nameOf(manager)}`,
    field: formatPath(path),
  }));
  return new ApiError(409, 'Conflict', conflictMessage(conflicts), {causes});
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${nameOf(first.manager)}: ${formatPath(first.path)}`;
  }
  const byManager = Map.groupBy(conflicts, ({manager}) => nameOf(manager));
  const lines = [...byManager].flatMap(([name, theirs]) => [`conflicts with ${name}:`, ...theirs.map(({path}) => `- ${formatPath(path)}`)]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function nameOf({manager, operation, apiVersion, subresource}: Manager): string {
  const part = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${part}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}

function sameManagers(before: readonly Manager[], after: readonly Manager[]): boolean {
  const present = after.filter(({fields}) => !fields.isEmpty);
  if (before.length !== present.length) return false;
  return present.every((each) => before.some((other) => isSameManager(other, each) && other.fields.equals(each.fields)));
}

function withoutBookkeeping(object: JsonRecord | KubernetesObject): JsonRecord {
  const {metadata, ...rest} = object as JsonRecord;
  const {managedFields: _, ...kept} = (metadata ?? {}) as JsonRecord;
  return {...rest, metadata: kept};
}
