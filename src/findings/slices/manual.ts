import {MIRRORING_CONTROLLER, SLICE_CONTROLLER} from '../../endpoints/index.ts';
import type {EndpointSlice, KubernetesObject, Service} from '../../model/index.ts';
import {list} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {lazilyOf} from '../lazily.ts';

export {MIRRORING_CONTROLLER, SLICE_CONTROLLER};

export const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';

/** Whether the endpoints of a Service are somebody's own business: it has no selector. */
export function isManual(service: Service): boolean {
  return service.selector === null && service.type !== 'ExternalName';
}

export function slicesOf(facts: Facts, service: Service): readonly EndpointSlice[] {
  return facts.view.slicesOf.get(`${service.namespace}/${service.name}`) ?? [];
}

export function endpointsObject(facts: Facts, service: Service): KubernetesObject | null {
  return facts.view.others.get(`Endpoints/${service.namespace}/${service.name}`) ?? null;
}

/** Whether an Endpoints object has any address. */
export function hasAddresses(endpoints: KubernetesObject): boolean {
  return list(endpoints['subsets']).some((subset) => list(subset['addresses']).length > 0 || list(subset['notReadyAddresses']).length > 0);
}

/** Slices without the label that ties them to a Service, by namespace. */
export const looseSlices = lazilyOf((facts: Facts) => {
  const loose = new Map<string, EndpointSlice[]>();
  for (const slice of facts.view.slices.values()) {
    if (slice.service === null) loose.set(slice.namespace, [...(loose.get(slice.namespace) ?? []), slice]);
  }
  return loose;
});

/** The slice without label that was probably meant for a Service: named after it. */
export function looseSliceFor(facts: Facts, service: Service): EndpointSlice | null {
  const loose = looseSlices(facts).get(service.namespace) ?? [];
  return loose.find((slice) => slice.name === service.name || slice.name.startsWith(`${service.name}-`)) ?? null;
}

/** The Endpoints object that was probably meant for a Service: of nearly its name, and of no other Service. */
export function strayEndpointsFor(facts: Facts, service: Service): KubernetesObject | null {
  return (
    facts.objects('Endpoints', service.namespace).find((endpoints) => {
      const name = endpoints.metadata?.name ?? '';
      if (name === service.name || facts.view.services.has(`${service.namespace}/${name}`) || !hasAddresses(endpoints)) return false;
      return name.startsWith(service.name) || service.name.startsWith(name);
    }) ?? null
  );
}
