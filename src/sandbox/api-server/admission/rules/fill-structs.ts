import type {KubernetesObject} from '../../../../model/index.ts';
import {type FieldSchema, type StructSchema, schemaOf} from '../../schema/index.ts';
import {isRecord} from './same.ts';

/** Puts in the structs that the API server always writes (`resources: {}`, `strategy: {}`). Changes its argument. */
export function fillStructs(object: KubernetesObject): void {
  const schema = schemaOf(String(object.apiVersion), String(object.kind));
  if (schema !== null) fillStruct(object as Record<string, unknown>, schema);
}

function fillStruct(record: Record<string, unknown>, schema: StructSchema): void {
  for (const name of schema.fieldNames) {
    const field = schema.field(name) as FieldSchema;
    if (record[name] === undefined && isEmptyStruct(field.default)) record[name] = {};
    if (record[name] !== undefined) fillValue(record[name], field);
  }
}

function fillValue(value: unknown, {schema}: FieldSchema): void {
  if (schema.kind === 'struct' && isRecord(value)) fillStruct(value, schema.type);
  else if (schema.kind === 'list' && Array.isArray(value)) for (const item of value) fillValue(item, schema.items);
  else if (schema.kind === 'map' && isRecord(value)) for (const each of Object.values(value)) fillValue(each, schema.values);
}

function isEmptyStruct(value: unknown): boolean {
  return isRecord(value) && Object.keys(value).length === 0;
}
