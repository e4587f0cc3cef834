import {type DistilledField, type DistilledType, distilledDocument, openApiName} from './document.ts';
import type {FieldSchema, ScalarType, Schema, StructSchema} from './types.ts';

/** The schema of a kind, or null for one that is not built in. `apiVersion` as in manifests: `v1`, `apps/v1`. */
export function schemaOf(apiVersion: string, kind: string): StructSchema | null {
  const key = `${apiVersion}/${kind}`;
  if (!Object.hasOwn(distilledDocument.kinds, key)) return null;
  return structOf(distilledDocument.kinds[key] as string);
}

const structs = new Map<string, StructSchema>();

function structOf(name: string): StructSchema {
  const known = structs.get(name);
  if (known !== undefined) return known;
  const struct = buildStruct(name, distilledDocument.types[name] as DistilledType);
  structs.set(name, struct);
  return struct;
}

/** Fields are built when they are asked for: types may hold themselves. */
function buildStruct(name: string, type: DistilledType): StructSchema {
  const distilledFields = new Map(Object.entries(type.fields ?? {}));
  const built = new Map<string, FieldSchema>();
  return {
    name: openApiName(name),
    required: type.required ?? [],
    fieldNames: [...distilledFields.keys()],
    atomic: type.atomic ?? false,
    field(fieldName) {
      const distilled = distilledFields.get(fieldName);
      if (distilled === undefined) return null;
      const field = built.get(fieldName) ?? buildField(distilled);
      built.set(fieldName, field);
      return field;
    },
  };
}

function buildField(distilled: DistilledField): FieldSchema {
  const options = typeof distilled === 'string' ? {type: distilled} : distilled;
  const schema = parseType(options.type, options.enum ?? null);
  return {
    ...plainField(schema, options.enum ?? null),
    default: options.default,
    patchStrategy: (options.patch ?? '').split(',').filter((each) => each !== '') as FieldSchema['patchStrategy'],
    patchMergeKey: options.mergeKey ?? null,
    listType: options.list ?? 'atomic',
    listMapKeys: options.keys ?? [],
    atomic: (options.atomic ?? false) || (schema.kind === 'struct' && schema.type.atomic),
  };
}

function plainField(schema: Schema, values: readonly string[] | null): FieldSchema {
  return {
    schema,
    enum: values,
    default: undefined,
    patchStrategy: [],
    patchMergeKey: null,
    listType: 'atomic',
    listMapKeys: [],
    atomic: schema.kind === 'struct' && schema.type.atomic,
  };
}

function parseType(text: string, values: readonly string[] | null): Schema {
  if (text.startsWith('[]')) return {kind: 'list', items: plainField(parseType(text.slice(2), null), values)};
  if (text.startsWith('{}')) return {kind: 'map', values: plainField(parseType(text.slice(2), null), null)};
  if (!text.includes('.')) return {kind: 'scalar', type: text as ScalarType};
  return distilledDocument.types[text]?.any === true ? {kind: 'scalar', type: 'any'} : {kind: 'struct', type: structOf(text)};
}
