import type {FieldSchema, StructSchema} from '../schema/index.ts';
import {isRecord, type JsonRecord, own, textOf} from './record.ts';

/** How server-side apply sees a value: as one whole, as named fields, or as a list of items that can be told apart. */
type Shape = 'leaf' | 'record' | 'list';

/** What may stand below a place: by name in a record, or the items of a list. */
export interface Place {
  readonly shape: Shape;
  field(name: string): Place;
  /** `k:…` or `v:…` of an item of a list. */
  itemElement(item: unknown): string;
  readonly items: Place;
  /** Whether a name is declared by the type, and no free key. */
  declares(name: string): boolean;
  readonly schema: FieldSchema | null;
}

const LEAF: Place = {
  shape: 'leaf',
  field: () => LEAF,
  itemElement: (item) => `v:${textOf(item)}`,
  get items() {
    return LEAF;
  },
  declares: () => false,
  schema: null,
};

export function placeOfStruct(struct: StructSchema, schema: FieldSchema | null = null): Place {
  return {
    ...LEAF,
    shape: 'record',
    field: (name) => placeOf(struct.field(name)),
    declares: (name) => struct.field(name) !== null,
    schema,
  };
}

/** A field that nobody knows is one whole. */
export function placeOf(field: FieldSchema | null): Place {
  if (field === null || field.atomic) return LEAF;
  const {schema} = field;
  if (schema.kind === 'struct') return placeOfStruct(schema.type, field);
  if (schema.kind === 'map') return {...LEAF, shape: 'record', field: () => placeOf(schema.values), schema: field};
  if (schema.kind === 'scalar' || field.listType === 'atomic') return LEAF;
  const items = placeOf(schema.items);
  const isSet = field.listType === 'set';
  return {
    ...LEAF,
    shape: 'list',
    items,
    itemElement: (item) => (isSet ? `v:${textOf(item)}` : `k:${keysOf(item, field)}`),
    schema: field,
  };
}

/** The values of the list's keys; a key that is not given has its default (`protocol: TCP`). */
function keysOf(item: unknown, field: FieldSchema): string {
  const record: JsonRecord = isRecord(item) ? item : {};
  const struct = field.schema.kind === 'list' && field.schema.items.schema.kind === 'struct' ? field.schema.items.schema.type : null;
  const values = field.listMapKeys.toSorted().flatMap((name): [string, unknown][] => {
    const value = own(record, name) ?? struct?.field(name)?.default;
    return value === undefined ? [] : [[name, value]];
  });
  return JSON.stringify(Object.fromEntries(values));
}

/** Named children of a record, by element. */
export function recordEntries(value: unknown): [element: string, name: string, child: unknown][] {
  return isRecord(value) ? Object.entries(value).map(([name, child]) => [`f:${name}`, name, child]) : [];
}

/** Items of a list by element; of doubles the first. */
export function listEntries(value: unknown, place: Place): Map<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const item of Array.isArray(value) ? value : []) {
    const element = place.itemElement(item);
    if (!entries.has(element)) entries.set(element, item);
  }
  return entries;
}
