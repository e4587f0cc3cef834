import {duplicate, type FieldError, forbidden, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {dns1123Label} from '../rules/names.ts';
import {isRecord} from '../rules/same.ts';
import type {FieldRef, Volume} from './types.ts';
import {VOLUME_FIELDS, validateFieldRef, validateResourceRef} from './validate-env.ts';

/** `spec.volumes`; also tells which names mounts may refer to. */
export function validateVolumes(volumes: readonly Volume[], field: string): {errors: FieldError[]; names: Set<string>} {
  const names = new Set<string>();
  const errors = volumes.flatMap((volume, index) => {
    const found = validateVolume(volume, `${field}[${index}]`, names);
    if (found.length === 0) names.add(volume.name ?? '');
    return found;
  });
  return {errors, names};
}

function validateVolume(volume: Volume, field: string, names: ReadonlySet<string>): FieldError[] {
  const {name = ''} = volume;
  return [
    ...validateSource(volume, field),
    ...(name === '' ? [required(`${field}.name`)] : invalidFor(`${field}.name`, name, dns1123Label(name))),
    ...(names.has(name) ? [duplicate(`${field}.name`, name)] : []),
  ];
}

/** The order in which the API server looks at the sources: the first one counts, each further one is a complaint. */
const SOURCES = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
] as const;

function validateSource(volume: Volume, field: string): FieldError[] {
  const [first, ...others] = SOURCES.filter((name) => volume[name] !== undefined);
  if (first === undefined) return [required(field, 'must specify a volume type')];
  const source = volume[first];
  return [
    ...(isRecord(source) ? (CHECKS[first]?.(source, `${field}.${first}`) ?? []) : []),
    ...others.map((name) => forbidden(`${field}.${name}`, 'may not specify more than 1 volume type')),
  ];
}

const CHECKS: Partial<Record<(typeof SOURCES)[number], (source: Record<string, unknown>, field: string) => FieldError[]>> = {
  hostPath: validateHostPath,
  secret: (source, field) => [...needed(source, 'secretName', field), ...validateFiles(source, field)],
  configMap: (source, field) => [...needed(source, 'name', field), ...validateFiles(source, field)],
  persistentVolumeClaim: (source, field) => needed(source, 'claimName', field),
  nfs: (source, field) => [...needed(source, 'server', field), ...needed(source, 'path', field)],
  csi: (source, field) => needed(source, 'driver', field),
  downwardAPI: (source, field) => [
    ...validateMode(source, 'defaultMode', field),
    ...listOf(source['items']).flatMap((item) => validateDownward(item, field)),
  ],
  projected: validateProjected,
  ephemeral: (source, field) => (source['volumeClaimTemplate'] === undefined ? [required(`${field}.volumeClaimTemplate`)] : []),
};

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

function validateHostPath(source: Record<string, unknown>, field: string): FieldError[] {
  const missing = needed(source, 'path', field);
  if (missing.length > 0) return missing;
  const type = String(source['type'] ?? '');
  return [
    ...noBacksteps(String(source['path']), `${field}.path`),
    ...(HOST_PATH_TYPES.includes(type) ? [] : [notSupported(`${field}.type`, type, HOST_PATH_TYPES)]),
  ];
}

function validateFiles(source: Record<string, unknown>, field: string): FieldError[] {
  return [...validateMode(source, 'defaultMode', field), ...validateItems(source, field)];
}

function validateItems(source: Record<string, unknown>, field: string): FieldError[] {
  return listOf(source['items']).flatMap((item, index) => {
    const place = `${field}.items[${index}]`;
    return [
      ...needed(item, 'key', place),
      ...needed(item, 'path', place),
      ...validateRelativePath(String(item['path'] ?? ''), `${place}.path`),
      ...validateMode(item, 'mode', place),
    ];
  });
}

const PROJECTIONS = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate'] as const;

function validateProjected(source: Record<string, unknown>, field: string): FieldError[] {
  const sources = listOf(source['sources']).flatMap((each, index) => {
    const place = `${field}.sources[${index}]`;
    const found = PROJECTIONS.filter((name) => each[name] !== undefined);
    return [
      ...found.flatMap((name) => (isRecord(each[name]) ? validateProjection(name, each[name], `${place}.${name}`) : [])),
      ...(found.length > 1 ? [forbidden(place, 'may not specify more than 1 volume type')] : []),
    ];
  });
  return [...validateMode(source, 'defaultMode', field), ...sources];
}

function validateProjection(name: (typeof PROJECTIONS)[number], source: Record<string, unknown>, field: string): FieldError[] {
  if (name === 'downwardAPI') return listOf(source['items']).flatMap((item) => validateDownward(item, field));
  if (name === 'serviceAccountToken') {
    const seconds = Number(source['expirationSeconds'] ?? 0);
    return [
      ...(seconds < 600 ? [invalid(`${field}.expirationSeconds`, seconds, 'may not specify a duration less than 10 minutes')] : []),
      ...needed(source, 'path', field),
    ];
  }
  return name === 'secret' || name === 'configMap' ? [...needed(source, 'name', field), ...validateItems(source, field)] : [];
}

function validateDownward(item: Record<string, unknown>, field: string): FieldError[] {
  const {fieldRef, resourceFieldRef} = item;
  const refs = isRecord(fieldRef)
    ? validateFieldRef(fieldRef as FieldRef, VOLUME_FIELDS, `${field}.fieldRef`)
    : isRecord(resourceFieldRef)
      ? validateResourceRef(String(resourceFieldRef['resource'] ?? ''), `${field}.resourceFieldRef`)
      : [required(field, 'one of fieldRef and resourceFieldRef is required')];
  return [
    ...needed(item, 'path', field),
    ...validateRelativePath(String(item['path'] ?? ''), `${field}.path`),
    ...refs,
    ...validateMode(item, 'mode', field),
  ];
}

function validateMode(source: Record<string, unknown>, name: string, field: string): FieldError[] {
  const mode = source[name];
  if (typeof mode !== 'number' || (mode >= 0 && mode <= 0o777)) return [];
  return [invalid(`${field}.${name}`, mode, 'must be a number between 0 and 0777 (octal), both inclusive')];
}

/** A path inside a volume. */
export function validateRelativePath(path: string, field: string): FieldError[] {
  return [...(path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : []), ...noBacksteps(path, field)];
}

function noBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];
}

function needed(source: Record<string, unknown>, name: string, field: string): FieldError[] {
  return source[name] === undefined || source[name] === '' ? [required(`${field}.${name}`)] : [];
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}
