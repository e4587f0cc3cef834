import type {KubernetesObject} from '../../../../model/index.ts';
import {parseQuantity} from '../../../quantity.ts';
import {type FieldError, forbidden, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {type LabelSelector, validateLabelSelector} from '../rules/label-selector.ts';
import {dns1123Subdomain} from '../rules/names.ts';
import {isRecord, isSame} from '../rules/same.ts';
import type {AdmissionContext, KindRules} from '../types.ts';

interface Claim extends KubernetesObject {
  spec?: ClaimSpec;
  status?: {phase?: string; capacity?: Record<string, string>};
}

interface ClaimSpec {
  accessModes?: string[];
  selector?: LabelSelector;
  resources?: {requests?: Record<string, string | number>};
  storageClassName?: string;
  volumeMode?: string;
  volumeName?: string;
  [field: string]: unknown;
}

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** Upstream: ValidatePersistentVolumeClaim, and the DefaultStorageClass admission plug-in. */
export const claimRules: KindRules<Claim> = {
  initialStatus: () => ({phase: 'Pending'}),
  defaults(claim) {
    claim.spec ??= {};
    claim.spec.volumeMode ??= 'Filesystem';
  },
  mutate(claim, old, context) {
    const name = old === null && claim.spec?.storageClassName === undefined ? defaultClass(context) : undefined;
    if (name !== undefined && claim.spec !== undefined) claim.spec.storageClassName = name;
  },
  validate: ({spec = {}}) => [
    ...((spec.accessModes ?? []).length === 0 ? [required('spec.accessModes', 'at least 1 access mode is required')] : []),
    ...validateLabelSelector(spec.selector, 'spec.selector'),
    ...validateModes(spec.accessModes ?? []),
    ...validateSize(spec.resources?.requests?.['storage'], 'spec.resources[storage]'),
    ...(spec.storageClassName ? invalidFor('spec.storageClassName', spec.storageClassName, dns1123Subdomain(spec.storageClassName)) : []),
    ...validateVolumeMode(spec.volumeMode),
  ],
  validateChange: validateClaimChange,
};

const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** The youngest default class counts. */
function defaultClass(context: AdmissionContext): string | undefined {
  const classes = (context.list?.('storageclasses') ?? []).filter(({metadata}) => metadata?.annotations?.[IS_DEFAULT] === 'true');
  const age = ({metadata}: KubernetesObject) => metadata?.creationTimestamp ?? '';
  return classes.toSorted((one, other) => (age(one) < age(other) ? 1 : -1))[0]?.metadata?.name;
}

function validateModes(modes: readonly string[]): FieldError[] {
  const single = modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode));
  return [
    ...modes.filter((mode) => !ACCESS_MODES.includes(mode)).map((mode) => notSupported('spec.accessModes', mode, ACCESS_MODES)),
    ...(single ? [forbidden('spec.accessModes', 'may not use ReadWriteOncePod with other access modes')] : []),
  ];
}

function validateSize(size: string | number | undefined, field: string): FieldError[] {
  if (size === undefined) return [required(field)];
  return parseQuantity(size) > 0 ? [] : [invalid(field, String(size), 'must be greater than zero')];
}

function validateVolumeMode(mode: string | undefined): FieldError[] {
  if (mode === undefined || mode === 'Block' || mode === 'Filesystem') return [];
  return [notSupported('spec.volumeMode', mode, ['Block', 'Filesystem'])];
}

function validateClaimChange(claim: Claim, old: Claim): FieldError[] {
  const [spec, before] = [claim.spec ?? {}, old.spec ?? {}];
  const bound = claim.status?.phase === 'Bound';
  const open = [...(before.volumeName ? [] : ['volumeName']), ...(bound ? ['resources', 'volumeAttributesClassName'] : [])];
  if (before.storageClassName === undefined && !before.volumeName) open.push('storageClassName');
  const changed = [...new Set([...Object.keys(spec), ...Object.keys(before)])].filter(
    (name) => !open.includes(name) && !isSame(spec[name], before[name]),
  );
  const smaller = parseQuantity(spec.resources?.requests?.['storage']) < parseQuantity(before.resources?.requests?.['storage']);
  const immutable = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
  return [
    ...(changed.length > 0 ? [forbidden('spec', `${immutable}\n  changed: ${changed.map((name) => `spec.${name}`).join(', ')}`)] : []),
    ...(smaller ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')] : []),
  ];
}

interface Volume extends KubernetesObject {
  spec?: {
    accessModes?: string[];
    capacity?: Record<string, string | number>;
    persistentVolumeReclaimPolicy?: string;
    volumeMode?: string;
    [field: string]: unknown;
  };
}

/** What a PersistentVolume's spec holds besides its source. */
const NO_SOURCE = [
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
];

/** Upstream: ValidatePersistentVolume. */
export const volumeRules: KindRules<Volume> = {
  initialStatus: () => ({phase: 'Pending'}),
  defaults(volume) {
    volume.spec ??= {};
    volume.spec.persistentVolumeReclaimPolicy ||= 'Retain';
    volume.spec.volumeMode ??= 'Filesystem';
    if (isRecord(volume.spec['hostPath'])) volume.spec['hostPath']['type'] ??= '';
  },
  validate: ({spec = {}}) => {
    const sources = Object.keys(spec).filter((name) => !NO_SOURCE.includes(name));
    const modes = spec.accessModes ?? [];
    const policies = ['Delete', 'Recycle', 'Retain'];
    const policy = spec.persistentVolumeReclaimPolicy ?? '';
    return [
      ...(modes.length === 0 ? [required('spec.accessModes')] : validateModes(modes)),
      ...validateCapacity(spec.capacity),
      ...(policies.includes(policy) ? [] : [notSupported('spec.persistentVolumeReclaimPolicy', policy, policies)]),
      ...(sources.length === 0 ? [required('spec', 'must specify a volume type')] : []),
      ...sources.slice(1).map((name) => forbidden(`spec.${name}`, 'may not specify more than 1 volume type')),
      ...validateVolumeMode(spec.volumeMode),
    ];
  },
  validateChange: (volume, old) => {
    const changed = sourceOf(volume).some(([name, source]) => !isSame(source, old.spec?.[name]));
    return changed ? [forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation')] : [];
  },
};

function validateCapacity(capacity: Record<string, string | number> | undefined): FieldError[] {
  const missing = capacity === undefined ? [required('spec.capacity')] : [];
  const names = Object.keys(capacity ?? {});
  if (names.length !== 1 || names[0] !== 'storage') return [...missing, notSupported('spec.capacity', capacity ?? null, ['storage'])];
  return validateSize(capacity?.['storage'], 'spec.capacity[storage]');
}

function sourceOf({spec = {}}: Volume): [string, unknown][] {
  return Object.entries(spec).filter(([name]) => !NO_SOURCE.includes(name));
}
