import type {KubernetesObject} from '../model/index.ts';
import {record} from '../view/index.ts';
import type {Labels} from './selectors.ts';
import type {SliceManifest, SlicePort} from './slice.ts';

/** Who the slices of Services with a selector are managed by. */
export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const SERVICE_NAME = 'kubernetes.io/service-name';
export const HEADLESS = 'service.kubernetes.io/headless';

const RESERVED = new Set([MANAGED_BY, SERVICE_NAME, HEADLESS]);

/** An empty slice of a Service, to be named by the API server. */
export function newEndpointSlice(service: KubernetesObject, addressType: string, ports: readonly SlicePort[]): SliceManifest {
  const {namespace, name = '', uid = ''} = service.metadata ?? {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: slicePrefix(name),
      ...(namespace === undefined ? {} : {namespace}),
      labels: sliceLabels({}, service).labels,
      ownerReferences: [{apiVersion: 'v1', kind: 'Service', name, uid, controller: true, blockOwnerDeletion: true}],
    },
    addressType,
    endpoints: [],
    ports,
  };
}

/** A dash sets the generated part apart, unless the name would get longer than a DNS subdomain may be. */
export function slicePrefix(name: string): string {
  return name.length + 1 > 253 ? name : `${name}-`;
}

/**
 * The labels that a Service's slice has: the Service's own and the reserved ones, which a Service cannot set. `changed` tells
 * whether the slice's other labels differ; differences in reserved ones are not repaired by themselves.
 */
export function sliceLabels(current: Labels, service: KubernetesObject): {readonly labels: Labels; readonly changed: boolean} {
  const own = ordinary(service.metadata?.labels ?? {});
  const clusterIP = record(service['spec'])['clusterIP'];
  const headless = clusterIP === undefined || clusterIP === null || clusterIP === '' || clusterIP === 'None';
  return {
    labels: {
      ...own,
      ...(headless ? {[HEADLESS]: ''} : {}),
      [SERVICE_NAME]: service.metadata?.name ?? '',
      [MANAGED_BY]: SLICE_CONTROLLER,
    },
    changed: !sameLabels(ordinary(current), own),
  };
}

function ordinary(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !RESERVED.has(key)));
}

/** Whether two sets of labels or annotations hold the same pairs. */
export function sameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key]);
}

/** Whether a slice belongs to this very Service, not to one of the same name before it. */
export function isOwnedBy(slice: SliceManifest, service: KubernetesObject): boolean {
  const uid = service.metadata?.uid ?? '';
  return (slice.metadata.ownerReferences ?? []).some((owner) => owner.uid === uid && owner.kind === 'Service' && owner.apiVersion === 'v1');
}
