import {type FieldError, forbidden, invalid} from '../rules/field-error.ts';
import type {KindRules} from '../types.ts';
import {defaultPod} from './defaults.ts';
import {mutatePod} from './mutate.ts';
import {qosClass} from './qos.ts';
import type {PodObject} from './types.ts';
import {validatePodSpec} from './validate-spec.ts';
import {alignPodIPs, validatePodStatus} from './validate-status.ts';
import {validatePodChange} from './validate-update.ts';

/** Pod: defaults, the default admission plug-ins, validation, and what may change. */
export const podRules: KindRules<PodObject> = {
  generation: 'spec',
  initialStatus: (pod) => ({phase: 'Pending', qosClass: qosClass(pod.spec ?? {}), ...gatedConditions(pod)}),
  defaults: (pod) => {
    defaultPod(pod);
    alignPodIPs(pod);
  },
  mutate: mutatePod,
  validate: (pod, old) => [...validatePodSpec(pod.spec ?? {}, 'spec'), ...trimmedImages(pod), ...(old === null ? onlyLater(pod) : [])],
  validateChange: validatePodChange,
  validateStatus: validatePodStatus,
};

/** A pod that waits for its gates says so from the start; the scheduler does not look at it. */
function gatedConditions({spec = {}}: PodObject): {conditions?: readonly object[]} {
  if ((spec.schedulingGates ?? []).length === 0) return {};
  const message = 'Scheduling is blocked due to non-empty scheduling gates';
  const times = {lastProbeTime: null, lastTransitionTime: null};
  return {conditions: [{type: 'PodScheduled', status: 'False', reason: 'SchedulingGated', message, ...times}]};
}

function trimmedImages({spec = {}}: PodObject): FieldError[] {
  const both = [
    ['containers', spec.containers ?? []],
    ['initContainers', spec.initContainers ?? []],
  ] as const;
  return both.flatMap(([name, containers]) =>
    containers.flatMap(({image = ''}, index) =>
      image.trim() === image ? [] : [invalid(`spec.${name}[${index}].image`, image, 'must not have leading or trailing whitespace')],
    ),
  );
}

function onlyLater({spec = {}}: PodObject): FieldError[] {
  const gated = spec.nodeName && (spec.schedulingGates ?? []).length > 0;
  return [
    ...((spec.ephemeralContainers ?? []).length > 0 ? [forbidden('spec.ephemeralContainers', 'cannot be set on create')] : []),
    ...(gated ? [forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared')] : []),
  ];
}
