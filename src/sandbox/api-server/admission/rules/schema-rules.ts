import type {KubernetesObject} from '../../../../model/index.ts';
import {type FieldSchema, type StructSchema, schemaOf} from '../../schema/index.ts';
import type {KindRules} from '../types.ts';
import {type FieldError, notSupported, required} from './field-error.ts';
import {isRecord} from './same.ts';

/**
 * What the schema alone says, for kinds that have no validation of their own: required fields and closed lists of values. Kinds with
 * rules of their own say all of it themselves, in the API server's order.
 */
export function validateBySchema(object: KubernetesObject, rules: KindRules): FieldError[] {
  if (rules.validate !== undefined) return [];
  const schema = schemaOf(String(object.apiVersion), String(object.kind));
  if (schema === null) return [];
  return schema.fieldNames
    .filter((name) => !['apiVersion', 'kind', 'metadata', 'status'].includes(name))
    .flatMap((name) => validateField(object, schema, name, ''));
}

/** The status that nobody has written yet: its required numbers are zero. */
export function emptyStatus(object: KubernetesObject): Record<string, unknown> {
  const status = schemaOf(String(object.apiVersion), String(object.kind))?.field('status')?.schema;
  if (status?.kind !== 'struct') return {};
  const counts = status.type.required.filter((name) => {
    const field = status.type.field(name)?.schema;
    return field?.kind === 'scalar' && (field.type === 'int32' || field.type === 'int64');
  });
  return Object.fromEntries(counts.map((name) => [name, 0]));
}

function validateField(record: Record<string, unknown>, schema: StructSchema, name: string, path: string): FieldError[] {
  const field = path === '' ? name : `${path}.${name}`;
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  if (value === undefined || value === '')
    return schema.required.includes(name) && value === '' ? [required(field)] : missing(schema, name, field, value);
  return validateValue(value, schema.field(name) as FieldSchema, field);
}

function missing(schema: StructSchema, name: string, field: string, value: unknown): FieldError[] {
  if (value !== undefined || !schema.required.includes(name)) return [];
  // Structs and numbers have a zero value in the API's own types, which it may well accept; an absent text is an empty one.
  const {schema: type} = schema.field(name) as FieldSchema;
  return type.kind === 'scalar' && type.type === 'string' ? [required(field)] : [];
}

function validateValue(value: unknown, {schema, enum: values}: FieldSchema, field: string): FieldError[] {
  if (schema.kind === 'list' && Array.isArray(value)) {
    return value.flatMap((item, index) => validateValue(item, schema.items, `${field}[${index}]`));
  }
  if (schema.kind === 'map' && isRecord(value)) {
    return Object.entries(value).flatMap(([key, each]) => validateValue(each, schema.values, `${field}[${key}]`));
  }
  if (schema.kind === 'struct' && isRecord(value)) {
    return schema.type.fieldNames.flatMap((name) => validateField(value, schema.type, name, field));
  }
  if (values === null || typeof value !== 'string' || values.includes(value)) return [];
  return [notSupported(field, value, values)];
}
