import {type FieldError, forbidden, invalid, notSupported, required} from '../rules/field-error.ts';
import {isRecord, isSame} from '../rules/same.ts';
import type {KindRules} from '../types.ts';
import {defaultedSpec, immutableSpec, nonNegative, validateSelectorAndTemplate, type Workload, type WorkloadSpec} from './workload.ts';

/** Upstream for all of these: pkg/apis/apps/v1/defaults.go and pkg/apis/apps/validation. */
export const deploymentRules: KindRules<Workload> = {
  generation: 'spec',
  defaults(deployment) {
    const spec = defaultedSpec(deployment);
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec['progressDeadlineSeconds'] ??= 600;
    rollingUpdate(spec, 'strategy', {maxUnavailable: '25%', maxSurge: '25%'});
  },
  validate: ({spec = {}}) => [
    ...nonNegative(spec, ['replicas']),
    ...validateSelectorAndTemplate(spec, {selectorOf: 'deployment', templateOf: 'ReplicaSet'}),
    ...validateStrategy(spec['strategy']),
    ...nonNegative(spec, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']),
    ...validateDeadline(spec),
  ],
  validateAfter: (deployment, old) => immutableSpec(deployment, old, ['selector']),
};

export const replicaSetRules: KindRules<Workload> = {
  generation: 'spec',
  defaults(replicaSet) {
    defaultedSpec(replicaSet).replicas ??= 1;
  },
  validate: ({spec = {}}) => [
    ...nonNegative(spec, ['replicas', 'minReadySeconds']),
    ...validateSelectorAndTemplate(spec, {selectorOf: 'deployment', templateOf: 'ReplicaSet'}),
  ],
  validateAfter: (replicaSet, old) => immutableSpec(replicaSet, old, ['selector']),
};

export const statefulSetRules: KindRules<Workload> = {
  generation: 'spec',
  defaults(statefulSet) {
    const spec = defaultedSpec(statefulSet);
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec['podManagementPolicy'] ||= 'OrderedReady';
    rollingUpdate(spec, 'updateStrategy', {partition: 0, maxUnavailable: 1});
    spec['persistentVolumeClaimRetentionPolicy'] = {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...(isRecord(spec['persistentVolumeClaimRetentionPolicy']) ? spec['persistentVolumeClaimRetentionPolicy'] : {}),
    };
    for (const claim of claimTemplates(spec)) {
      claim['apiVersion'] ??= 'v1';
      claim['kind'] ??= 'PersistentVolumeClaim';
      if (isRecord(claim['spec'])) claim['spec']['volumeMode'] ??= 'Filesystem';
      claim['status'] = {phase: 'Pending', ...(isRecord(claim['status']) ? claim['status'] : {})};
    }
  },
  validate: ({spec = {}}) => [
    ...nonNegative(spec, ['replicas', 'minReadySeconds', 'revisionHistoryLimit']),
    ...validateSelectorAndTemplate(withClaims(spec), {selectorOf: 'statefulset', templateOf: 'StatefulSet'}),
  ],
  validateChange: (statefulSet, old) => {
    const kept = ['selector', 'volumeClaimTemplates', 'serviceName', 'podManagementPolicy'];
    return immutableSpec(statefulSet, old, kept);
  },
};

export const daemonSetRules: KindRules<Workload> = {
  generation: 'spec',
  defaults(daemonSet) {
    const spec = defaultedSpec(daemonSet);
    spec.revisionHistoryLimit ??= 10;
    rollingUpdate(spec, 'updateStrategy', {maxUnavailable: 1, maxSurge: 0});
  },
  prepare: countTemplates,
  validate: ({spec = {}}) => [
    ...validateSelectorAndTemplate(spec, {selectorOf: 'daemonset', templateOf: 'DaemonSet'}),
    ...nonNegative(spec, ['minReadySeconds', 'revisionHistoryLimit']),
  ],
  validateAfter: (daemonSet, old) => immutableSpec(daemonSet, old, ['selector']),
};

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

/** Old clients read from an annotation how often the template changed. */
function countTemplates(daemonSet: Workload, old: Workload | null): void {
  const before = Number(old?.metadata?.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const changed = old === null || !isSame(daemonSet.spec?.template, old.spec?.template);
  const annotations = {...daemonSet.metadata?.annotations, [TEMPLATE_GENERATION]: String(before + (changed ? 1 : 0))};
  Object.assign(daemonSet, {metadata: {...daemonSet.metadata, annotations}});
}

function rollingUpdate(spec: WorkloadSpec, name: string, defaults: Readonly<Record<string, unknown>>): void {
  const strategy = isRecord(spec[name]) ? spec[name] : {};
  strategy['type'] ||= 'RollingUpdate';
  if (strategy['type'] === 'RollingUpdate') {
    strategy['rollingUpdate'] = {...defaults, ...(isRecord(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {})};
  }
  spec[name] = strategy;
}

/** Claims of the set become volumes of its Pods, so mounts may refer to them. */
function withClaims(spec: WorkloadSpec): WorkloadSpec {
  const claimed = claimTemplates(spec).map((claim) => {
    const name = isRecord(claim['metadata']) ? String(claim['metadata']['name'] ?? '') : '';
    return {name, persistentVolumeClaim: {claimName: name}};
  });
  const own = (spec.template?.spec?.volumes ?? []).filter(({name}) => !claimed.some((each) => each.name === name));
  return {...spec, template: {...spec.template, spec: {...spec.template?.spec, volumes: [...claimed, ...own]}}};
}

function claimTemplates(spec: WorkloadSpec): Record<string, unknown>[] {
  const templates = spec['volumeClaimTemplates'];
  return Array.isArray(templates) ? templates.filter(isRecord) : [];
}

function validateStrategy(strategy: unknown): FieldError[] {
  if (!isRecord(strategy)) return [];
  const {type, rollingUpdate: update} = strategy;
  const field = 'spec.strategy';
  if (type === 'Recreate') {
    return update === undefined ? [] : [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate') return [notSupported(field, strategy, ['Recreate', 'RollingUpdate'])];
  if (!isRecord(update)) return [required(`${field}.rollingUpdate`, 'this should be defaulted and never be nil')];
  const isNothing = (value: unknown) => Number(String(value).replace('%', '')) === 0;
  const stuck = isNothing(update['maxUnavailable']) && isNothing(update['maxSurge']);
  return [
    ...(['maxUnavailable', 'maxSurge'] as const).flatMap((name) => intOrPercent(update[name], `${field}.rollingUpdate.${name}`)),
    ...(stuck ? [invalid(`${field}.rollingUpdate.maxUnavailable`, update['maxUnavailable'], 'may not be 0 when `maxSurge` is 0')] : []),
  ];
}

const PERCENT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

function intOrPercent(value: unknown, field: string): FieldError[] {
  if (typeof value === 'number') return value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];
  return /^[0-9]+%$/.test(String(value)) ? [] : [invalid(field, value, PERCENT)];
}

function validateDeadline(spec: WorkloadSpec): FieldError[] {
  const deadline = Number(spec['progressDeadlineSeconds']);
  if (deadline > (spec.minReadySeconds ?? 0)) return [];
  return [invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')];
}
