import {type FieldError, forbidden, invalid, required} from '../rules/field-error.ts';
import {isSame} from '../rules/same.ts';
import type {Container, PodObject, PodSpec, Toleration} from './types.ts';

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

const MOST_SECONDS = 2_147_483_647;

/** What may change in a Pod: images, tolerations (more of them), the deadline (sooner), scheduling gates (fewer). Upstream: ValidatePodUpdate. */
export function validatePodChange(pod: PodObject, old: PodObject): FieldError[] {
  const [spec, before] = [pod.spec ?? {}, old.spec ?? {}];
  const structural = [
    ...containersChange(spec.containers ?? [], before.containers ?? [], 'spec.containers'),
    ...containersChange(spec.initContainers ?? [], before.initContainers ?? [], 'spec.initContainers'),
  ];
  if (structural.some(({type}) => type === 'FieldValueForbidden')) return structural;
  const deadline = deadlineChange(spec.activeDeadlineSeconds, before.activeDeadlineSeconds);
  if (deadline.length > 0 && spec.activeDeadlineSeconds !== undefined) return [...structural, ...deadline];
  return [
    ...structural,
    ...deadline,
    ...tolerationsChange(spec.tolerations ?? [], before.tolerations ?? []),
    ...gatesChange(spec, before),
    ...theRest(spec, before),
  ];
}

function containersChange(containers: readonly Container[], old: readonly Container[], field: string): FieldError[] {
  if (containers.length !== old.length) return [forbidden(field, 'pod updates may not add or remove containers')];
  return containers.flatMap(({image = ''}, index) => [
    ...(image === '' ? [required(`${field}[${index}].image`)] : []),
    ...(image.trim() === image ? [] : [invalid(`${field}[${index}].image`, image, 'must not have leading or trailing whitespace')]),
  ]);
}

function deadlineChange(value: number | undefined, old: number | undefined): FieldError[] {
  const field = 'spec.activeDeadlineSeconds';
  if (value === undefined) return old === undefined ? [] : [invalid(field, null, 'must not update from a positive integer to nil value')];
  if (value < 0 || value > MOST_SECONDS) return [invalid(field, value, `must be between 0 and ${MOST_SECONDS}, inclusive`)];
  return old !== undefined && old < value ? [invalid(field, value, 'must be less than or equal to previous value')] : [];
}

function tolerationsChange(tolerations: readonly Toleration[], old: readonly Toleration[]): FieldError[] {
  const keeps = (each: Toleration) =>
    tolerations.some(({tolerationSeconds: _, ...rest}) => isSame(rest, {...each, tolerationSeconds: undefined}));
  if (old.every(keeps)) return [];
  return [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')];
}

function gatesChange(spec: PodSpec, old: PodSpec): FieldError[] {
  const known = new Set((old.schedulingGates ?? []).map(({name}) => name));
  const added = (spec.schedulingGates ?? []).filter(({name}) => !known.has(name)).map(({name}) => name);
  if (added.length === 0) return [];
  return [forbidden('spec.schedulingGates', `only deletion is allowed, but found new scheduling gate '${added[0]}'`)];
}

function theRest(spec: PodSpec, old: PodSpec): FieldError[] {
  const munged: PodSpec = {
    ...spec,
    ...(spec.containers === undefined ? {} : {containers: withImagesOf(spec.containers, old.containers ?? [])}),
    ...(spec.initContainers === undefined ? {} : {initContainers: withImagesOf(spec.initContainers, old.initContainers ?? [])}),
    ...pick(old, ['activeDeadlineSeconds', 'tolerations', 'schedulingGates']),
  };
  if ((old.schedulingGates ?? []).length > 0) Object.assign(munged, pick(old, ['nodeSelector', 'affinity']));
  if (Number(old.terminationGracePeriodSeconds) < 0 && spec.terminationGracePeriodSeconds === 1) {
    Object.assign(munged, pick(old, ['terminationGracePeriodSeconds']));
  }
  const changed = [...new Set([...Object.keys(munged), ...Object.keys(old)])].filter((name) => !isSame(munged[name], old[name])).sort();
  if (changed.length === 0) return [];
  // The API server goes on with a diff of its internal types; which fields differ is what a reader wants of it.
  return [
    forbidden(
      'spec',
      `pod updates may not change fields other than ${UPDATABLE.join(',')}\n  changed: ${changed.map((name) => `spec.${name}`).join(', ')}`,
    ),
  ];
}

function withImagesOf(containers: readonly Container[], old: readonly Container[]): Container[] {
  return containers.map((container, index) => ({...container, image: old[index]?.image ?? ''}));
}

/** The named fields of the old spec, absent ones as undefined so that they replace. */
function pick(old: PodSpec, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, old[name]]));
}
