import type {KubernetesObject} from '../../../model/index.ts';
import {type FieldSchema, type StructSchema, schemaOf} from '../schema/index.ts';

/** Lists that the API writes as null where there is nothing in them: their types do not leave them out. */
const NULL_WHEN_EMPTY: Readonly<Record<string, readonly string[]>> = {
  EndpointSlice: ['endpoints', 'ports'],
  Role: ['rules'],
  ClusterRole: ['rules'],
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * An object as it comes back from a real API server's store. Empty lists and maps do not survive there; a list that is always written is
 * null. A Service of type ExternalName shows no internalTrafficPolicy (upstream: defaultOnReadInternalTrafficPolicy).
 */
export function canonical(object: KubernetesObject): KubernetesObject {
  const schema = schemaOf(String(object.apiVersion), String(object.kind));
  if (schema === null) return object;
  const kept = withoutEmpty(object, schema);
  const names = NULL_WHEN_EMPTY[String(object.kind)] ?? [];
  const nulls = names.filter((name) => !Array.isArray(kept[name]) || kept[name].length === 0).map((name) => [name, null]);
  return dropUnread(nulls.length === 0 ? kept : {...kept, ...Object.fromEntries(nulls)}) as KubernetesObject;
}

function dropUnread(object: Fields): Fields {
  const spec = object['spec'] as Fields | undefined;
  if (object['kind'] !== 'Service' || spec?.['type'] !== 'ExternalName' || spec['internalTrafficPolicy'] === undefined) return object;
  const {internalTrafficPolicy: _, ...rest} = spec;
  return {...object, spec: rest};
}

/** Shares what it can with what was given. */
function withoutEmpty(record: Fields, struct: StructSchema): Fields {
  const kept: [string, unknown][] = [];
  let changed = false;
  for (const [name, value] of Object.entries(record)) {
    const field = struct.field(name);
    const clean = field === null ? value : cleanValue(value, field);
    const dropped = field !== null && isEmpty(clean, field) && !struct.required.includes(name);
    if (!dropped) kept.push([name, clean]);
    if (dropped || clean !== value) changed = true;
  }
  return changed ? Object.fromEntries(kept) : record;
}

function cleanValue(value: unknown, {schema}: FieldSchema): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (schema.kind === 'struct') return Array.isArray(value) ? value : withoutEmpty(value as Fields, schema.type);
  if (schema.kind !== 'list' || !Array.isArray(value) || schema.items.schema.kind === 'scalar') return value;
  const items = value.map((item) => cleanValue(item, schema.items));
  return items.every((item, index) => item === value[index]) ? value : items;
}

function isEmpty(value: unknown, {schema}: FieldSchema): boolean {
  if (schema.kind === 'list') return Array.isArray(value) && value.length === 0;
  return schema.kind === 'map' && typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
