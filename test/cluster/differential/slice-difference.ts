import {isDeepStrictEqual} from 'node:util';
import {buildEndpointSlices, buildEndpoints, matchesSelector, topologyAnnotationEnabled} from '../../../src/endpoints/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';

/** The objects of a namespace, and all nodes. */
export interface Observed {
  readonly services: readonly KubernetesObject[];
  readonly pods: readonly KubernetesObject[];
  readonly nodes: readonly KubernetesObject[];
  readonly slices: readonly KubernetesObject[];
  readonly endpoints: readonly KubernetesObject[];
}

type Slice = KubernetesObject & {
  readonly addressType?: string;
  readonly ports?: readonly object[];
  readonly endpoints?: readonly {readonly addresses: readonly string[]; readonly hints?: unknown}[];
};

/** How the controllers' slices and Endpoints of a Service differ from those predicted; null where they do not. */
export function sliceDifference(observed: Observed, service: KubernetesObject): string | null {
  const {selector, type} = service['spec'] as {selector?: Record<string, string>; type?: string};
  if (selector === undefined || type === 'ExternalName') return null;
  const pods = observed.pods.filter((pod) => matchesSelector(selector, pod.metadata?.labels ?? {}));
  const existing = observed.slices.filter((slice) => isOwn(slice, service));
  const input = {service, pods, nodes: observed.nodes};
  // on the controller's own slices there is nothing left to do
  const {changes} = buildEndpointSlices({...input, existing});
  const updates = changes.update.filter((slice) => !existing.some((old) => isSame(old, slice)));
  if (changes.create.length + updates.length + changes.delete.length > 0) return `would still change ${JSON.stringify(changes)}`;
  if (service.metadata?.deletionTimestamp !== undefined) return null; // of these no slice is made anew, but what is there goes on
  // and from nothing the same comes about: only the hints of the topology annotation remember what was before, and a slice that went
  // empty stays while a pod of its ports is there, if without an address of its family
  const hints = !topologyAnnotationEnabled(service.metadata?.annotations ?? {});
  const [predicted, actual] = [buildEndpointSlices(input).slices, existing].map((slices) => contentOf(slices as readonly Slice[], hints));
  if (!isDeepStrictEqual(predicted, actual)) return `slices: predicted ${JSON.stringify(predicted)}; actual ${JSON.stringify(actual)}`;
  return endpointsDifference(observed, service, pods);
}

function endpointsDifference(observed: Observed, service: KubernetesObject, pods: readonly KubernetesObject[]): string | null {
  const found = observed.endpoints.find(({metadata}) => metadata?.name === service.metadata?.name);
  const predicted = buildEndpoints({service, pods}).endpoints.subsets;
  const actual = (found?.['subsets'] ?? []) as readonly object[];
  return isDeepStrictEqual(plain(predicted), plain(actual))
    ? null
    : `Endpoints: predicted ${JSON.stringify(predicted)}; actual ${JSON.stringify(actual)}`;
}

/** Slices that lack hints where a zone is unknown are written again just as they are: by the controller too, and nobody can tell. */
function isSame(old: KubernetesObject, slice: KubernetesObject): boolean {
  const contents = [old, slice].map(({metadata, endpoints, ports}) =>
    plain({name: metadata?.name, labels: metadata?.labels, endpoints, ports}),
  );
  return isDeepStrictEqual(contents[0], contents[1]);
}

function isOwn({metadata}: KubernetesObject, service: KubernetesObject): boolean {
  const labels = metadata?.labels ?? {};
  return (
    labels['kubernetes.io/service-name'] === service.metadata?.name &&
    labels['endpointslice.kubernetes.io/managed-by'] === 'endpointslice-controller.k8s.io'
  );
}

/** What slices that are not empty say, without names and order. */
function contentOf(slices: readonly Slice[], hints: boolean): unknown {
  return slices
    .filter(({endpoints}) => (endpoints ?? []).length > 0)
    .map(({metadata, addressType, ports, endpoints}) => ({
      labels: metadata?.labels,
      addressType,
      ports: plain(ports ?? []),
      endpoints: (endpoints ?? []).map((endpoint) => plain(hints ? endpoint : {...endpoint, hints: undefined})).toSorted(byText),
    }))
    .toSorted(byText);
}

function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function byText(left: unknown, right: unknown): number {
  return JSON.stringify(left) < JSON.stringify(right) ? -1 : 1;
}
