import type {KubernetesObject} from '../../../../model/index.ts';
import {defaultPodTemplate} from '../pod/defaults.ts';
import type {PodTemplate} from '../pod/types.ts';
import {validatePodTemplate} from '../pod/validate-spec.ts';
import {type FieldError, forbidden, invalid, notSupported, required} from '../rules/field-error.ts';
import {isEmptySelector, type LabelSelector, selectorMatches, validateLabelSelector} from '../rules/label-selector.ts';
import {immutable} from '../rules/metadata.ts';

/** What Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs have in common, open to editing. */
export interface Workload extends KubernetesObject {
  spec?: WorkloadSpec;
}

export interface WorkloadSpec {
  replicas?: number;
  selector?: LabelSelector;
  template?: PodTemplate;
  minReadySeconds?: number;
  revisionHistoryLimit?: number;
  [field: string]: unknown;
}

/** The spec of a workload with its template's defaults filled in. Changes its argument. */
export function defaultedSpec(workload: Workload): WorkloadSpec {
  workload.spec ??= {};
  workload.spec.template ??= {};
  workload.spec.template.spec ??= {};
  defaultPodTemplate(workload.spec.template);
  return workload.spec;
}

/** `kind` as the API's messages call it; ReplicaSets are called deployments there, and Deployments' templates a ReplicaSet's. */
interface WorkloadNames {
  readonly selectorOf: string;
  readonly templateOf: string;
}

/** Selector and template: both there, well formed, and one fits the other. */
export function validateSelectorAndTemplate({selector, template = {}}: WorkloadSpec, names: WorkloadNames): FieldError[] {
  return [
    ...(selector === undefined ? [required('spec.selector')] : validateLabelSelector(selector, 'spec.selector')),
    ...(selector !== undefined && isEmptySelector(selector)
      ? [invalid('spec.selector', selector, `empty selector is invalid for ${names.selectorOf}`)]
      : []),
    ...mismatch(selector, template),
    ...validatePodTemplate(template, 'spec.template'),
    ...alwaysRestarts(template, names.templateOf),
  ];
}

function mismatch(selector: LabelSelector | undefined, {metadata = {}}: PodTemplate): FieldError[] {
  if (selector !== undefined && (isEmptySelector(selector) || selectorMatches(selector, metadata.labels ?? {}))) return [];
  return [invalid('spec.template.metadata.labels', metadata.labels ?? null, '`selector` does not match template `labels`')];
}

function alwaysRestarts({spec = {}}: PodTemplate, templateOf: string): FieldError[] {
  const field = 'spec.template.spec';
  return [
    ...(spec.restartPolicy === 'Always' ? [] : [notSupported(`${field}.restartPolicy`, spec.restartPolicy ?? '', ['Always'])]),
    ...(spec.activeDeadlineSeconds === undefined
      ? []
      : [forbidden(`${field}.activeDeadlineSeconds`, `activeDeadlineSeconds in ${templateOf} is not Supported`)]),
  ];
}

export function nonNegative(spec: WorkloadSpec, names: readonly string[]): FieldError[] {
  return names.flatMap((name) => {
    const value = spec[name];
    return typeof value === 'number' && value < 0 ? [invalid(`spec.${name}`, value, 'must be greater than or equal to 0')] : [];
  });
}

/** The named fields of the spec are for life. */
export function immutableSpec(workload: Workload, old: Workload, names: readonly string[]): FieldError[] {
  return names.flatMap((name) => immutable(`spec.${name}`, workload.spec?.[name], old.spec?.[name]));
}
