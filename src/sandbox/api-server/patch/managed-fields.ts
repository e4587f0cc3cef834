import type {KubernetesObject} from '../../../model/index.ts';
import {resourceOfKind, type StructSchema} from '../schema/index.ts';
import {decodeFields, encodeFields, type FieldSet, type Path} from './field-set.ts';
import {isRecord, type JsonRecord} from './record.ts';

/** Who manages which fields: one entry of `metadata.managedFields`. */
export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly subresource: string;
  readonly fields: FieldSet;
}

/** The managers of an object; entries that cannot be read are left out. */
export function readManagers(object: KubernetesObject): Manager[] {
  const entries = object.metadata?.['managedFields'];
  return (Array.isArray(entries) ? entries : []).filter(isEntry).map((entry) => ({
    manager: String(entry['manager'] ?? ''),
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    apiVersion: String(entry['apiVersion']),
    time: String(entry['time'] ?? ''),
    subresource: String(entry['subresource'] ?? ''),
    fields: decodeFields(entry['fieldsV1']),
  }));
}

function isEntry(value: unknown): value is JsonRecord {
  return isRecord(value) && typeof value['apiVersion'] === 'string' && isRecord(value['fieldsV1']);
}

/** The object with these managers, in the API server's order. Whoever manages nothing is left out. */
export function writeManagers(object: KubernetesObject, managers: readonly Manager[]): KubernetesObject {
  const order = (each: Manager) =>
    `${each.operation}\u0000${each.time}\u0000${each.manager}\u0000${each.apiVersion}\u0000${each.subresource}`;
  const managedFields = managers
    .filter(({fields}) => !fields.isEmpty)
    .toSorted((one, other) => (order(one) < order(other) ? -1 : 1))
    .map(({manager, operation, apiVersion, time, subresource, fields}) => ({
      manager,
      operation,
      apiVersion,
      ...(time === '' ? {} : {time}),
      fieldsType: 'FieldsV1',
      fieldsV1: encodeFields(fields),
      ...(subresource === '' ? {} : {subresource}),
    }));
  const {managedFields: _, ...metadata} = object.metadata ?? {};
  return {...object, metadata: managedFields.length === 0 ? metadata : {...metadata, managedFields}};
}

export function isSameManager(one: Manager, other: Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): boolean {
  const names = ['manager', 'operation', 'apiVersion', 'subresource'] as const;
  return names.every((name) => one[name] === other[name]);
}

const UNMANAGED = new Set(
  ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (name) => `f:${name}`,
  ),
);

/** The set without what nobody manages: identity and bookkeeping, and what a write of this kind does not change (status, or all else). */
export function managedOnly(fields: FieldSet, object: KubernetesObject, subresource: string): FieldSet {
  const resource = resourceOfKind(String(object.apiVersion), String(object.kind));
  const hasStatus = resource?.subresources.some(({name}) => name === 'status') ?? false;
  return fields.filter((path: Path) => {
    const [first = '', second = ''] = path;
    if (first === 'f:apiVersion' || first === 'f:kind') return false;
    if (first === 'f:metadata') return second !== '' && !UNMANAGED.has(second);
    if (subresource === 'status') return first === 'f:status';
    return !(hasStatus && first === 'f:status' && subresource === '');
  });
}

/** The least object of a kind as the API server writes it: its structs, and its required lists as null. */
export function emptyObject(schema: StructSchema): JsonRecord {
  const entries = schema.fieldNames.flatMap((name): [string, unknown][] => {
    const field = schema.field(name);
    if (field?.schema.kind === 'struct' && isRecord(field.default)) return [[name, emptyObject(field.schema.type)]];
    return field?.schema.kind === 'list' && schema.required.includes(name) ? [[name, null]] : [];
  });
  return Object.fromEntries(entries);
}
