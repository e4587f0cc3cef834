import type {KubernetesObject} from '../../../model/index.ts';
import {scalarProblem} from './scalar-problem.ts';
import {schemaOf} from './schema-of.ts';
import type {FieldSchema, StructSchema} from './types.ts';

export interface FieldProblems {
  /** Paths of fields that the kind does not have: `spec.containers[0].foo`. Drop them where validation is not strict. */
  readonly unknown: readonly string[];
  /** The first value of the wrong type in the API server's words (`json: cannot unmarshal …`), or null: always 400. */
  readonly typeError: string | null;
  /**
   * The object as the API server's types hold it: without unknown fields, nulls, and lists and maps that are empty and optional.
   * It shares what it can with what was given, which is not changed.
   */
  readonly known: KubernetesObject;
}

/** Compares an object with its kind's schema. Kinds without schema have no problems. */
export function checkFields(object: KubernetesObject): FieldProblems {
  const schema = schemaOf(String(object.apiVersion), String(object.kind));
  if (schema === null) return {unknown: [], typeError: null, known: object};
  const walk: Walk = {unknown: [], typeError: null};
  const known = checkStruct(object, schema, {written: '', go: '', depth: 0}, walk);
  return {...walk, known};
}

/** `strict decoding error: unknown field "spec.foo", duplicate field "metadata.name"`. */
export function strictDecodingError(unknown: readonly string[], duplicate: readonly string[]): string {
  return `strict decoding error: ${[...duplicate.map(duplicateFieldWarning), ...unknown.map(unknownFieldWarning)].join(', ')}`;
}

/** The text of one warning with `fieldValidation=Warn`. */
export function unknownFieldWarning(path: string): string {
  return `unknown field ${JSON.stringify(path)}`;
}

/** The text of one warning with `fieldValidation=Warn`. */
export function duplicateFieldWarning(path: string): string {
  return `duplicate field ${JSON.stringify(path)}`;
}

interface Walk {
  readonly unknown: string[];
  typeError: string | null;
}

/** A place in the object: as complaints about fields write it (`spec.ports[0]`), and as Go's decoder does (`spec.ports`). */
interface Place {
  readonly written: string;
  readonly go: string;
  readonly depth: number;
}

/** Schemas of schemas hold themselves; the API server's decoder stops as well, at 10,000 levels. */
const MAX_DEPTH = 1000;

function checkStruct(value: KubernetesObject, schema: StructSchema, place: Place, walk: Walk): KubernetesObject {
  const kept: [string, unknown][] = [];
  let changed = false;
  for (const [name, given] of Object.entries(value)) {
    const field = schema.field(name);
    const inside = {written: join(place.written, name), go: join(place.go, name), depth: place.depth + 1};
    if (field === null) walk.unknown.push(inside.written);
    const checked = field === null || given === null ? undefined : checkValue(given, field, schema, inside, walk);
    const dropped = checked === undefined || (isEmpty(checked, field as FieldSchema) && !schema.required.includes(name));
    if (!dropped) kept.push([name, checked]);
    if (dropped || checked !== given) changed = true;
  }
  return changed ? (Object.fromEntries(kept) as KubernetesObject) : value;
}

/** What `value` is without unknown fields and nulls. `owner` is the struct that Go's decoder names in its complaint. */
function checkValue(value: unknown, field: FieldSchema, owner: StructSchema, place: Place, walk: Walk): unknown {
  const {schema} = field;
  if (place.depth > MAX_DEPTH) return fail(walk, 'json: exceeded max depth', value);
  if (schema.kind === 'scalar') {
    const problem = scalarProblem(value, schema.type);
    return problem === null ? value : fail(walk, typeof problem === 'string' ? problem : mismatch(problem, owner, place), value);
  }
  if (schema.kind === 'struct') {
    if (!isRecord(value)) return fail(walk, mismatch({got: describe(value), want: goType(field)}, owner, place), value);
    return checkStruct(value, schema.type, place, walk);
  }
  if (schema.kind === 'list') {
    if (!Array.isArray(value)) return fail(walk, mismatch({got: describe(value), want: goType(field)}, owner, place), value);
    return unlessSame(
      value,
      value.map((item, index) => checkItem(item, schema.items, owner, {...place, written: `${place.written}[${index}]`}, walk)),
    );
  }
  if (!isRecord(value)) return fail(walk, mismatch({got: describe(value), want: goType(field)}, owner, place), value);
  const entries = Object.entries(value).map(
    ([key, each]) => [key, checkItem(each, schema.values, owner, {...place, written: join(place.written, key)}, walk)] as const,
  );
  return entries.every(([key, each]) => each === value[key]) ? value : Object.fromEntries(entries);
}

/** A null in a list or map is the empty value of its type. */
function checkItem(value: unknown, field: FieldSchema, owner: StructSchema, place: Place, walk: Walk): unknown {
  if (value !== null) return checkValue(value, field, owner, {...place, depth: place.depth + 1}, walk);
  if (field.schema.kind !== 'scalar') return field.schema.kind === 'list' ? [] : {};
  return field.schema.type.startsWith('int') ? 0 : field.schema.type === 'boolean' ? false : '';
}

function unlessSame(before: readonly unknown[], after: unknown[]): readonly unknown[] {
  return after.every((item, index) => item === before[index]) ? before : after;
}

function fail(walk: Walk, problem: string, value: unknown): unknown {
  walk.typeError ??= problem;
  return value;
}

function mismatch({got, want}: {got: string; want: string}, owner: StructSchema, place: Place): string {
  return `json: cannot unmarshal ${got} into Go struct field ${goName(owner)}.${place.go} of type ${want}`;
}

function goType({schema}: FieldSchema): string {
  if (schema.kind === 'list') return `[]${goType(schema.items)}`;
  if (schema.kind === 'map') return `map[string]${goType(schema.values)}`;
  if (schema.kind === 'struct') return schema.type.name.split('.').slice(-2).join('.');
  return GO_SCALARS[schema.type] ?? schema.type;
}

const GO_SCALARS: Readonly<Record<string, string>> = {
  boolean: 'bool',
  number: 'float64',
  byte: '[]uint8',
  quantity: 'resource.Quantity',
  'int-or-string': 'intstr.IntOrString',
  'date-time': 'v1.Time',
  'micro-time': 'v1.MicroTime',
  object: 'map[string]interface {}',
};

function goName(schema: StructSchema): string {
  return schema.name.slice(schema.name.lastIndexOf('.') + 1);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function isEmpty(value: unknown, field: FieldSchema): boolean {
  if (field.schema.kind === 'list') return Array.isArray(value) && value.length === 0;
  return field.schema.kind === 'map' && isRecord(value) && Object.keys(value).length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
