import {quantity} from '../rules/quantity.ts';
import {containersOf, type PodSpec, type Resources} from './types.ts';

const COMPUTE = ['cpu', 'memory'] as const;

/** The quality of service class, by CPU and memory of all containers. Upstream: pkg/apis/core/v1/helper/qos. */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const resources = spec.resources === undefined ? containersOf(spec).map((container) => container.resources ?? {}) : [spec.resources];
  if (resources.every((each) => COMPUTE.every((name) => isNothing(each.limits?.[name]) && isNothing(each.requests?.[name])))) {
    return 'BestEffort';
  }
  return resources.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function isGuaranteed({limits = {}, requests = {}}: Resources): boolean {
  return COMPUTE.every((name) => !isNothing(limits[name]) && quantity(requests[name] ?? limits[name]) === quantity(limits[name]));
}

function isNothing(value: string | number | undefined): boolean {
  return value === undefined || quantity(value) === 0;
}
