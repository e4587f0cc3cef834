import type {KubernetesObject} from '../../../../model/index.ts';
import {defaultPodTemplate} from '../pod/defaults.ts';
import type {PodTemplate} from '../pod/types.ts';
import {validatePodTemplate} from '../pod/validate-spec.ts';
import {type FieldError, invalid, notSupported, required} from '../rules/field-error.ts';
import type {KindRules} from '../types.ts';
import {defaultedSpec, immutableSpec, nonNegative, type Workload} from './workload.ts';

/** Job. Its selector is made of its own uid unless `manualSelector` says otherwise. Upstream: pkg/apis/batch. */
export const jobRules: KindRules<Workload> = {
  generation: 'spec',
  defaults(job) {
    const spec = defaultedSpec(job);
    if (spec['completions'] === undefined && spec['parallelism'] === undefined) spec['completions'] = 1;
    spec['parallelism'] ??= 1;
    spec['backoffLimit'] ??= spec['backoffLimitPerIndex'] === undefined ? 6 : 2_147_483_647;
    spec['completionMode'] ??= 'NonIndexed';
    spec['suspend'] ??= false;
    spec['manualSelector'] ??= false;
    spec['podReplacementPolicy'] ??= spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed';
  },
  prepare(job, old) {
    if (old !== null) return;
    if (job.spec?.['manualSelector'] !== true) ownSelector(job);
    const labels = job.spec?.template?.metadata?.labels;
    if (labels !== undefined && Object.keys(job.metadata?.labels ?? {}).length === 0) {
      Object.assign(job, {metadata: {...job.metadata, labels: {...labels}}});
    }
  },
  validate: ({spec = {}}) => [
    ...nonNegative(spec, ['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished']),
    ...(spec.selector === undefined ? [required('spec.selector')] : []),
    ...validatePodTemplate(spec.template ?? {}, 'spec.template'),
    ...endsSometime(spec.template ?? {}, 'spec.template'),
  ],
  validateChange: (job, old) => {
    const template = old.spec?.['suspend'] === true ? [] : ['template'];
    return immutableSpec(job, old, ['completions', 'selector', ...template, 'completionMode']);
  },
};

function ownSelector(job: Workload): void {
  const {uid = '', name = ''} = job.metadata ?? {};
  const template = job.spec?.template;
  if (job.spec === undefined || template === undefined) return;
  const own = {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
  };
  template.metadata = {...template.metadata, labels: {...own, ...template.metadata?.labels}};
  job.spec.selector ??= {matchLabels: {'batch.kubernetes.io/controller-uid': uid}};
}

function endsSometime({spec = {}}: PodTemplate, field: string): FieldError[] {
  const policy = spec.restartPolicy ?? '';
  if (policy === 'OnFailure' || policy === 'Never') return [];
  const place = `${field}.spec.restartPolicy`;
  if (policy === 'Always') return [required(place, 'valid values: "OnFailure", "Never"')];
  return [notSupported(place, policy, ['OnFailure', 'Never'])];
}

interface CronJob extends KubernetesObject {
  spec?: {schedule?: string; jobTemplate?: {spec?: {template?: PodTemplate}}; [field: string]: unknown};
}

export const cronJobRules: KindRules<CronJob> = {
  generation: 'spec',
  defaults(cronJob) {
    cronJob.spec ??= {};
    const {spec} = cronJob;
    spec['concurrencyPolicy'] ||= 'Allow';
    spec['suspend'] ??= false;
    spec['successfulJobsHistoryLimit'] ??= 3;
    spec['failedJobsHistoryLimit'] ??= 1;
    defaultPodTemplate(spec.jobTemplate?.spec?.template);
  },
  validate: ({spec = {}}) => {
    const template = spec.jobTemplate?.spec?.template ?? {};
    const field = 'spec.jobTemplate.spec.template';
    return [...validateSchedule(spec.schedule ?? ''), ...validatePodTemplate(template, field), ...endsSometime(template, field)];
  },
};

function validateSchedule(schedule: string): FieldError[] {
  if (schedule === '') return [required('spec.schedule')];
  const fields = schedule.trim().split(/\s+/).length;
  if (schedule.startsWith('@') || fields === 5) return [];
  return [invalid('spec.schedule', schedule, `expected exactly 5 fields, found ${fields}: [${schedule.trim().split(/\s+/).join(' ')}]`)];
}
