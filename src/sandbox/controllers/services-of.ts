import {matchesSelector, servicesForPod} from '../../endpoints/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import type {Api, ApiChange} from '../api.ts';
import {labelsOf, selectorOf, specOf} from './fields.ts';

/** The Services, as keys, whose endpoints a change to a pod may touch: by its labels now and before. */
export function servicesOfPod(api: Api, change: ApiChange): Iterable<string> {
  const {namespace = ''} = change.object.metadata ?? {};
  const services = api.list('services', namespace);
  const states = change.previous === null ? [change.object] : [change.object, change.previous];
  return new Set(states.flatMap((pod) => servicesForPod(services, namespace, labelsOf(pod))));
}

/** The pods that a Service selects; null for one whose endpoints the controllers leave alone: without selector, or ExternalName. */
export function selectedPods(api: Api, service: KubernetesObject): readonly KubernetesObject[] | null {
  const selector = selectorOf(service);
  if (Object.keys(selector).length === 0 || specOf(service)['type'] === 'ExternalName') return null;
  return api.list('pods', service.metadata?.namespace ?? '').filter((pod) => matchesSelector(selector, labelsOf(pod)));
}
