import {parseQuantity} from '../../../quantity.ts';
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
  return COMPUTE.every((name) => !isNothing(limits[name]) && parseQuantity(requests[name] ?? limits[name]) === parseQuantity(limits[name]));
}

function isNothing(value: string | number | undefined): boolean {
  return value === undefined || parseQuantity(value) === 0;
}
