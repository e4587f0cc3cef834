import {type FieldError, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {configKey, dns1123Subdomain, envVarName, qualifiedName} from '../rules/names.ts';
import type {Container, EnvVar, FieldRef} from './types.ts';

/** `env` and `envFrom` of a container. */
export function validateEnv({env = [], envFrom = []}: Container, field: string): FieldError[] {
  return [
    ...env.flatMap((each, index) => validateVar(each, `${field}.env[${index}]`)),
    ...envFrom.flatMap((each, index) => validateSource(each, `${field}.envFrom[${index}]`)),
  ];
}

function validateVar({name = '', value = '', valueFrom}: EnvVar, field: string): FieldError[] {
  return [
    ...(name === '' ? [required(`${field}.name`)] : invalidFor(`${field}.name`, name, envVarName(name))),
    ...(valueFrom === undefined ? [] : validateValueFrom(valueFrom, value, `${field}.valueFrom`)),
  ];
}

const SOURCES = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'] as const;

function validateValueFrom(valueFrom: NonNullable<EnvVar['valueFrom']>, value: string, field: string): FieldError[] {
  const count = SOURCES.filter((name) => valueFrom[name] !== undefined).length;
  const {fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef} = valueFrom;
  const errors = [
    ...(fieldRef === undefined ? [] : validateFieldRef(fieldRef, ENV_FIELDS, `${field}.fieldRef`)),
    ...(resourceFieldRef === undefined ? [] : validateResourceRef(resourceFieldRef.resource ?? '', `${field}.resourceFieldRef`)),
    ...(configMapKeyRef === undefined ? [] : validateKeyRef(configMapKeyRef, `${field}.configMapKeyRef`)),
    ...(secretKeyRef === undefined ? [] : validateKeyRef(secretKeyRef, `${field}.secretKeyRef`)),
  ];
  const complaint =
    count === 0
      ? 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
      : value !== ''
        ? 'may not be specified when `value` is not empty'
        : count > 1
          ? 'may not have more than one field specified at a time'
          : null;
  return complaint === null ? errors : [...errors, invalid(field, '', complaint)];
}

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

export const VOLUME_FIELDS = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

/** Every field that the downward API knows anywhere. */
const KNOWN_FIELDS = new Set([...ENV_FIELDS, ...VOLUME_FIELDS, 'spec.restartPolicy', 'spec.schedulerName', 'status.phase']);

export function validateFieldRef({apiVersion = '', fieldPath = ''}: FieldRef, allowed: readonly string[], field: string): FieldError[] {
  if (apiVersion === '') return [required(`${field}.apiVersion`)];
  if (fieldPath === '') return [required(`${field}.fieldPath`)];
  const [, path = fieldPath, subscript] = /^([^[]+)\['([^']*)'\]$/.exec(fieldPath) ?? [];
  if (!KNOWN_FIELDS.has(path)) {
    return [invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: field label not supported: ${path}`)];
  }
  if (subscript === undefined) return allowed.includes(path) ? [] : [notSupported(`${field}.fieldPath`, path, [...allowed].sort())];
  if (path === 'metadata.annotations') return invalidFor(field, subscript.toLowerCase(), qualifiedName(subscript.toLowerCase()));
  if (path === 'metadata.labels') return invalidFor(field, subscript, qualifiedName(subscript));
  return [invalid(field, path, 'does not support subscript')];
}

const RESOURCES = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function validateResourceRef(resource: string, field: string): FieldError[] {
  if (resource === '') return [required(`${field}.resource`)];
  const isHugePages = /^(limits|requests)\.hugepages-/.test(resource);
  return RESOURCES.includes(resource) || isHugePages ? [] : [notSupported(`${field}.resource`, resource, RESOURCES)];
}

function validateKeyRef({name = '', key = ''}: {name?: string; key?: string}, field: string): FieldError[] {
  return [
    ...(name === '' ? [] : invalidFor(`${field}.name`, name, dns1123Subdomain(name))),
    ...(key === '' ? [required(`${field}.key`)] : invalidFor(`${field}.key`, key, configKey(key))),
  ];
}

function validateSource(source: NonNullable<Container['envFrom']>[number], field: string): FieldError[] {
  const {prefix = '', configMapRef, secretRef} = source;
  const list = field.slice(0, field.lastIndexOf('['));
  const count = [configMapRef, secretRef].filter((each) => each !== undefined).length;
  const name = (ref: {name?: string} | undefined, place: string) =>
    ref === undefined ? [] : ref.name ? invalidFor(`${place}.name`, ref.name, dns1123Subdomain(ref.name)) : [required(`${place}.name`)];
  return [
    ...(prefix === '' ? [] : invalidFor(`${field}.prefix`, prefix, envVarName(prefix))),
    ...name(configMapRef, `${field}.configMapRef`),
    ...name(secretRef, `${field}.secretRef`),
    // the API's own messages leave out the index here
    ...(count === 0 ? [invalid(list, '', 'must specify one of: `configMapRef` or `secretRef`')] : []),
    ...(count > 1 ? [invalid(list, '', 'may not have more than one field specified at a time')] : []),
  ];
}
