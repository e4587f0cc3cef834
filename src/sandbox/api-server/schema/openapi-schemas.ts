import {type DistilledDocument, type DistilledField, type DistilledFieldOptions, type DistilledType, openApiName} from './document.ts';

/** The OpenAPI schemas that the given kinds (`apps/v1/Deployment`) need, by their full names; references start with `prefix`. */
export function openApiSchemas(document: DistilledDocument, kinds: readonly string[], prefix: string): Record<string, object> {
  const schemas: Record<string, object> = {...special(prefix)};
  const pending = kinds.map((kind) => document.kinds[kind] as string);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (Object.hasOwn(schemas, openApiName(name))) continue;
    const type = document.types[name] as DistilledType;
    schemas[openApiName(name)] = {...structSchema(type, prefix), ...groupVersionKind(document, name)};
    pending.push(...Object.values(type.fields ?? {}).flatMap(referencesOf));
  }
  return schemas;
}

/** Types that look like scalars to everybody but have a name of their own in OpenAPI. Version 2 cannot say that there are two forms. */
const NAMED_SCALARS: Readonly<Record<string, {readonly name: string; readonly v2: object; readonly v3: object}>> = {
  quantity: {
    name: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
    v2: {type: 'string'},
    v3: {oneOf: [{type: 'string'}, {type: 'number'}]},
  },
  'date-time': named('io.k8s.apimachinery.pkg.apis.meta.v1.Time', {type: 'string', format: 'date-time'}),
  'micro-time': named('io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', {type: 'string', format: 'date-time'}),
  object: named('io.k8s.apimachinery.pkg.runtime.RawExtension', {type: 'object'}),
  'int-or-string': {
    name: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
    v2: {type: 'string', format: 'int-or-string'},
    v3: {format: 'int-or-string', oneOf: [{type: 'integer'}, {type: 'string'}]},
  },
};

function named(name: string, schema: object): {name: string; v2: object; v3: object} {
  return {name, v2: schema, v3: schema};
}

const FIELDS_V1 = named('io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1', {type: 'object'});

function special(prefix: string): Record<string, object> {
  return Object.fromEntries(
    [...Object.values(NAMED_SCALARS), FIELDS_V1].map(({name, v2, v3}) => [name, prefix === '#/definitions/' ? v2 : v3]),
  );
}

/** kubectl's templates take an empty schema for a missing one. */
const ANYTHING = {'x-kubernetes-preserve-unknown-fields': true};

function structSchema(type: DistilledType, prefix: string): object {
  if (type.any === true) return ANYTHING;
  const properties = Object.entries(type.fields ?? {}).map(
    ([name, field]) => [name, name === 'fieldsV1' ? reference(FIELDS_V1.name, prefix) : fieldSchema(field, prefix)] as const,
  );
  return {
    type: 'object',
    ...(type.required === undefined ? {} : {required: type.required}),
    ...(type.atomic === true ? {'x-kubernetes-map-type': 'atomic'} : {}),
    ...(properties.length === 0 ? {} : {properties: Object.fromEntries(properties)}),
  };
}

function fieldSchema(field: DistilledField, prefix: string): object {
  if (typeof field === 'string') return typeSchema(field, prefix, undefined);
  return {
    ...typeSchema(field.type, prefix, field.enum),
    ...(field.default === undefined ? {} : {default: field.default}),
    ...mergeRules(field),
  };
}

function mergeRules(field: DistilledFieldOptions): object {
  return {
    ...(field.list === undefined ? {} : {'x-kubernetes-list-type': field.list}),
    ...(field.keys === undefined ? {} : {'x-kubernetes-list-map-keys': field.keys}),
    ...(field.atomic === true ? {'x-kubernetes-map-type': 'atomic'} : {}),
    ...(field.patch === undefined ? {} : {'x-kubernetes-patch-strategy': field.patch}),
    ...(field.mergeKey === undefined ? {} : {'x-kubernetes-patch-merge-key': field.mergeKey}),
  };
}

function typeSchema(type: string, prefix: string, values: readonly string[] | undefined): object {
  if (type.startsWith('[]')) return {type: 'array', items: typeSchema(type.slice(2), prefix, values)};
  if (type.startsWith('{}')) return {type: 'object', additionalProperties: typeSchema(type.slice(2), prefix, undefined)};
  const name = NAMED_SCALARS[type]?.name ?? (type.includes('.') ? openApiName(type) : undefined);
  if (name !== undefined) return reference(name, prefix);
  return {...(SCALARS[type] ?? {type}), ...(values === undefined ? {} : {enum: values})};
}

/** OpenAPI 3 wants a wrapper where anything may stand beside the reference; version 2 does not know it. */
function reference(name: string, prefix: string): object {
  const target = {$ref: `${prefix}${name}`};
  return prefix === '#/definitions/' ? target : {allOf: [target]};
}

const SCALARS: Readonly<Record<string, object>> = {
  int32: {type: 'integer', format: 'int32'},
  int64: {type: 'integer', format: 'int64'},
  number: {type: 'number', format: 'double'},
  byte: {type: 'string', format: 'byte'},
  any: ANYTHING,
};

function referencesOf(field: DistilledField): string[] {
  const type = (typeof field === 'string' ? field : field.type).replace(/^(\[\]|\{\})+/, '');
  return type.includes('.') ? [type] : [];
}

function groupVersionKind(document: DistilledDocument, name: string): object {
  const kind = Object.keys(document.kinds).find((each) => document.kinds[each] === name);
  if (kind === undefined) return {};
  const [last = '', version = '', group = ''] = kind.split('/').reverse();
  return {'x-kubernetes-group-version-kind': [{group, version, kind: last}]};
}
