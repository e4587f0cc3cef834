import {matchesSelector, servicesForPod} from '../../endpoints/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import type {Api, ApiChange} from '../api.ts';
import {labelsOf, selectorOf, specOf} from './fields.ts';

/** The Services, as keys, whose endpoints a change to a pod may touch: by its labels now and before. */
export function servicesOfPod(api: Api, change: ApiChange): Iterable<string> {
  const {namespace = ''} = change.object.metadata ?? {};
  const byPair = indexOf(api.list('services', namespace));
  const states = change.previous === null ? [change.object] : [change.object, change.previous];
  return new Set(
    states.flatMap((pod) => {
      const candidates = Object.entries(labelsOf(pod)).flatMap(([key, value]) => byPair.get(`${key}=${value}`) ?? []);
      return servicesForPod(candidates, namespace, labelsOf(pod));
    }),
  );
}

type Services = readonly KubernetesObject[];

/** A stored object and a list of them are never changed, only replaced by others. */
const indexes = new WeakMap<Services, ReadonlyMap<string, Services>>();
const firstPairs = new WeakMap<KubernetesObject, string>();

/** The Services that select anything, by the first pair of their selector: a pod that they select has it. */
function indexOf(services: Services): ReadonlyMap<string, Services> {
  const known = indexes.get(services);
  if (known !== undefined) return known;
  const index = Map.groupBy(services, firstPairOf);
  index.delete('');
  indexes.set(services, index);
  return index;
}

function firstPairOf(service: KubernetesObject): string {
  let pair = firstPairs.get(service);
  if (pair === undefined) {
    pair = Object.entries(selectorOf(service))[0]?.join('=') ?? '';
    firstPairs.set(service, pair);
  }
  return pair;
}

/** The pods that a Service selects; null for one whose endpoints the controllers leave alone: without selector, or ExternalName. */
export function selectedPods(api: Api, service: KubernetesObject): readonly KubernetesObject[] | null {
  const selector = selectorOf(service);
  if (Object.keys(selector).length === 0 || specOf(service)['type'] === 'ExternalName') return null;
  return api.list('pods', service.metadata?.namespace ?? '').filter((pod) => matchesSelector(selector, labelsOf(pod)));
}
