import type {KubernetesObject} from '../../../model/index.ts';
import {type FieldSchema, type ScalarType, type StructSchema, schemaOf} from '../schema/index.ts';
import {isRecord} from './record.ts';
import {placeOf} from './typed-values.ts';

/**
 * What keeps an object from being one of its type, as server-side apply says it: `.spec.ports[port="x",protocol="TCP"].port: expected …`.
 * Kinds without schema have no problems. Source of the wording: structured-merge-diff, typed/validate.go.
 */
export function typedProblems(object: KubernetesObject): string[] {
  const schema = schemaOf(String(object.apiVersion), String(object.kind));
  return schema === null ? [] : structProblems(object, schema, '');
}

/** The reference leaves a struct at its first field that is not declared. */
function structProblems(record: Readonly<Record<string, unknown>>, struct: StructSchema, path: string): string[] {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    const field = struct.field(name);
    if (field === null) return [...problems, `${path}.${name}: field not declared in schema`];
    problems.push(...valueProblems(value, field, `${path}.${name}`));
  }
  return problems;
}

function valueProblems(value: unknown, field: FieldSchema, path: string): string[] {
  const {schema} = field;
  if (value === null || value === undefined) return [];
  switch (schema.kind) {
    case 'struct':
      return isRecord(value) ? structProblems(value, schema.type, path) : [expected('map', value, path)];
    case 'map':
      if (!isRecord(value)) return [expected('map', value, path)];
      return Object.entries(value).flatMap(([name, each]) => valueProblems(each, schema.values, `${path}.${name}`));
    case 'list':
      return Array.isArray(value) ? listProblems(value, field, schema.items, path) : [expected('list', value, path)];
    default:
      return scalarProblems(value, schema.type, path);
  }
}

function listProblems(items: readonly unknown[], field: FieldSchema, itemField: FieldSchema, path: string): string[] {
  const place = placeOf(field);
  return items.flatMap((item, index) => {
    const element = place.shape === 'list' && isRecord(item) ? place.itemElement(item) : '';
    return valueProblems(item, itemField, `${path}${element.startsWith('k:') ? keyed(element.slice(2)) : `[${index}]`}`);
  });
}

/** `{"port":80,"protocol":"TCP"}` as `[port=80,protocol="TCP"]`. */
function keyed(keys: string): string {
  const parts = Object.entries(JSON.parse(keys) as Record<string, unknown>).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `[${parts.join(',')}]`;
}

const NUMBER = 'numeric (int or float)';
const WANTED: Readonly<Partial<Record<ScalarType, string>>> = {
  int32: NUMBER,
  int64: NUMBER,
  number: NUMBER,
  string: 'string',
  boolean: 'boolean',
};

/** Other scalars (quantities, times, ports by number or name) are judged when the object is decoded. */
function scalarProblems(value: unknown, type: ScalarType, path: string): string[] {
  const wanted = WANTED[type];
  const given = typeof value === 'number' ? NUMBER : typeof value;
  return wanted === undefined || wanted === given ? [] : [expected(wanted, value, path)];
}

function expected(wanted: string, value: unknown, path: string): string {
  const got =
    typeof value === 'object' ? JSON.stringify(value) : wanted === 'map' || wanted === 'list' ? `&{${String(value)}}` : typeof value;
  return `${path}: expected ${wanted}, got ${got}`;
}
