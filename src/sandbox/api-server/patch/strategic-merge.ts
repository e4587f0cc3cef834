import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import {type FieldSchema, type Schema, type StructSchema, schemaOf} from '../schema/index.ts';
import {isRecord, type JsonRecord, own, textOf} from './record.ts';
import {mergeOrder} from './set-element-order.ts';

/**
 * Kubernetes' strategic merge patch by the schema of the target's kind, with its directives `$patch`, `$retainKeys`,
 * `$deleteFromPrimitiveList/…` and `$setElementOrder/…`. Neither argument is changed. Throws ApiError (BadRequest) for a patch that makes
 * no sense. Rules: apimachinery, pkg/util/strategicpatch, and the API conventions' page on strategic merge patch.
 */
export function strategicMerge(target: KubernetesObject, patch: unknown): KubernetesObject {
  const schema = schemaOf(String(target.apiVersion), String(target.kind));
  if (schema === null) {
    const message =
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml';
    throw new ApiError(415, 'UnsupportedMediaType', message);
  }
  if (!isRecord(patch)) throw badPatch('a strategic merge patch is an object');
  return mergeRecord(target as JsonRecord, patch, {kind: 'struct', type: schema}) as KubernetesObject;
}

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const DELETE = '$deleteFromPrimitiveList/';
const ORDER = '$setElementOrder/';

function mergeRecord(target: JsonRecord, patch: JsonRecord, schema: Schema | null): JsonRecord {
  const directive = own(patch, DIRECTIVE);
  if (directive === 'replace') return plainRecord(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') throw badPatch(`Unknown patch type: ${String(directive)}`);
  const result = new Map(Object.entries(retain(target, patch)));
  for (const name of fieldsOf(patch)) {
    const field = fieldSchema(schema, name);
    const merged = mergeField(result.get(name), name, patch, field);
    if (merged === undefined) result.delete(name);
    else result.set(name, merged);
  }
  return Object.fromEntries(result);
}

/** The fields that a patch speaks of, also by a directive alone. */
function fieldsOf(patch: JsonRecord): string[] {
  const names = Object.keys(patch).flatMap((key) => {
    if (key === DIRECTIVE || key === RETAIN) return [];
    return [key.startsWith(DELETE) ? key.slice(DELETE.length) : key.startsWith(ORDER) ? key.slice(ORDER.length) : key];
  });
  return [...new Set(names)];
}

/** What `field` becomes; undefined where it goes. */
function mergeField(current: unknown, name: string, patch: JsonRecord, field: FieldSchema | null): unknown {
  const value = own(patch, name);
  if (value === null) return undefined;
  const [deleted, order] = [own(patch, `${DELETE}${name}`), own(patch, `${ORDER}${name}`)];
  if (isRecord(value)) return mergeRecord(isRecord(current) ? current : {}, value, field?.schema ?? null);
  const touchesList = Array.isArray(value) || deleted !== undefined || order !== undefined;
  if (!touchesList) return value;
  if (field === null || !field.patchStrategy.includes('merge')) return value === undefined ? current : plain(value);
  const list = Array.isArray(current) ? current : [];
  return mergeList(list, Array.isArray(value) ? value : [], listDirective(deleted, name), listDirective(order, name), field);
}

function listDirective(value: unknown, name: string): readonly unknown[] | null {
  if (value === undefined) return null;
  if (!Array.isArray(value)) throw badPatch(`invalid directive for the list ${JSON.stringify(name)}: it must be a list itself`);
  return value;
}

function mergeList(
  current: readonly unknown[],
  patch: readonly unknown[],
  deleted: readonly unknown[] | null,
  order: readonly unknown[] | null,
  field: FieldSchema,
): unknown[] {
  const key = field.patchMergeKey;
  const isOfRecords = key !== null && field.schema.kind === 'list' && field.schema.items.schema.kind === 'struct';
  if (!isOfRecords) {
    const gone = new Set((deleted ?? []).map(textOf));
    const kept = current.filter((item) => !gone.has(textOf(item)));
    const merged = uniqueBy([...kept, ...patch], textOf);
    return order === null ? merged : mergeOrder(merged, order, current, textOf);
  }
  if (patch.some((item) => isRecord(item) && own(item, DIRECTIVE) === 'replace')) {
    return patch.filter((item) => !(isRecord(item) && own(item, DIRECTIVE) === 'replace')).map(plain);
  }
  const items = field.schema.kind === 'list' ? field.schema.items.schema : null;
  const merged = patch.reduce<unknown[]>((list, item) => mergeItem(list, item, key, items), [...current]);
  return order === null ? merged : mergeOrder(merged, order, current, (item) => keyText(item, key));
}

function mergeItem(list: readonly unknown[], item: unknown, key: string, schema: Schema | null): unknown[] {
  if (!isRecord(item)) throw badPatch(`expected an object with the merge key ${JSON.stringify(key)} in the list`);
  if (own(item, key) === undefined) throw badPatch(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
  const wanted = keyText(item, key);
  const at = list.findIndex((each) => keyText(each, key) === wanted);
  if (own(item, DIRECTIVE) === 'delete') return list.filter((each) => keyText(each, key) !== wanted);
  const found = list[at];
  if (at === -1 || !isRecord(found)) return [...list, mergeRecord({}, item, schema)];
  return list.with(at, mergeRecord(found, item, schema));
}

function keyText(item: unknown, key: string): string {
  return isRecord(item) ? textOf(own(item, key)) : textOf(item);
}

/** `$retainKeys`: of a union's fields only the named ones stay. */
function retain(target: JsonRecord, patch: JsonRecord): JsonRecord {
  const keys = own(patch, RETAIN);
  if (keys === undefined) return target;
  if (!Array.isArray(keys)) throw badPatch('invalid patch format of retainKeys');
  const unlisted = fieldsOf(patch).find((name) => own(patch, name) !== null && !keys.includes(name));
  if (unlisted !== undefined) throw badPatch('invalid patch format of retainKeys: it must hold all fields that the patch sets');
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function fieldSchema(schema: Schema | null, name: string): FieldSchema | null {
  if (schema?.kind === 'struct') return (schema.type as StructSchema).field(name);
  return schema?.kind === 'map' ? schema.values : null;
}

/** A value without directives. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return isRecord(value) ? plainRecord(value) : value;
}

function plainRecord(record: JsonRecord): JsonRecord {
  const kept = Object.entries(record).filter(
    ([name, value]) => value !== null && name !== DIRECTIVE && name !== RETAIN && !name.startsWith(DELETE) && !name.startsWith(ORDER),
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, plain(value)]));
}

function uniqueBy(list: readonly unknown[], key: (item: unknown) => string): unknown[] {
  return [...new Map(list.map((item) => [key(item), item] as const)).values()];
}

function badPatch(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}
