import {canonicalIP, familyOf} from '../ip/index.ts';
import type {KubernetesObject, ObjectMeta} from '../model/index.ts';
import {list, record, text, texts} from '../view/index.ts';
import {HEADLESS, sameLabels} from './new-slice.ts';
import {endpointHostname, findPort, podInEndpoints, podIPs, podIsReady, podReference} from './pod-endpoint.ts';
import {type EndpointsAddress, type EndpointsPort, type EndpointsSubset, printSubset, repackSubsets, subsetOf} from './repack-subsets.ts';
import type {Labels} from './selectors.ts';

export type EndpointsManifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly subsets: readonly EndpointsSubset[];
};

export interface EndpointsInput {
  readonly service: KubernetesObject;
  /** Those that the selector matches. */
  readonly pods: readonly KubernetesObject[];
  readonly current?: KubernetesObject | null;
  /** When the Service or a pod last changed, for the annotation that tells how long publishing took (RFC 3339). */
  readonly triggerTime?: string | null;
}

export interface EndpointsResult {
  readonly operation: 'create' | 'update' | null;
  readonly endpoints: EndpointsManifest;
}

const ENDPOINTS_MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const ENDPOINTS_CONTROLLER = 'endpoint-controller';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';
/** When what an object of endpoints reports came about. */
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** An Endpoints object holds no more addresses than this. */
const CAPACITY = 1000;

/**
 * The Endpoints object (the old kind) of a Service with a selector, as the endpoints controller writes it
 * (pkg/controller/endpoint/endpoints_controller.go): addresses of the Service's first family only; a pod without a named port is left out
 * for that port; terminating pods are left out unless `publishNotReadyAddresses`.
 */
export function buildEndpoints({service, pods, current = null, triggerTime = null}: EndpointsInput): EndpointsResult {
  const subsets = repackSubsets(
    pods.flatMap((pod) => podSubsets(service, pod)),
    true,
  );
  const labels = endpointsLabels(service);
  const kept = (current?.['subsets'] ?? []) as readonly EndpointsSubset[];
  if (current !== null && upToDate(current.metadata ?? {}, kept, subsets, service)) {
    return {operation: null, endpoints: manifest(current.metadata ?? {}, kept)};
  }
  const truncated = truncate(subsets);
  const {[TRIGGER_TIME]: _, [OVER_CAPACITY]: __, ...annotations} = current?.metadata?.annotations ?? {};
  const {namespace, name = ''} = service.metadata ?? {};
  const metadata = {
    ...(current?.metadata ?? {name, ...(namespace === undefined ? {} : {namespace})}),
    labels,
    annotations: {
      ...annotations,
      ...(triggerTime === null ? {} : {[TRIGGER_TIME]: triggerTime}),
      ...(truncated === subsets ? {} : {[OVER_CAPACITY]: 'truncated'}),
    },
  };
  return {operation: current?.metadata?.resourceVersion === undefined ? 'create' : 'update', endpoints: manifest(metadata, truncated)};
}

function manifest(metadata: ObjectMeta, subsets: readonly EndpointsSubset[]): EndpointsManifest {
  return {apiVersion: 'v1', kind: 'Endpoints', metadata, subsets};
}

function endpointsLabels(service: KubernetesObject): Labels {
  const {[HEADLESS]: _, ...labels} = service.metadata?.labels ?? {};
  const clusterIP = text(record(service['spec'])['clusterIP']) ?? '';
  const headless = clusterIP === '' || clusterIP === 'None' ? {[HEADLESS]: ''} : {};
  return {...labels, ...headless, [ENDPOINTS_MANAGED_BY]: ENDPOINTS_CONTROLLER};
}

function upToDate(
  metadata: ObjectMeta,
  kept: readonly EndpointsSubset[],
  subsets: readonly EndpointsSubset[],
  service: KubernetesObject,
): boolean {
  const wanted = prints(subsets);
  const same = prints(kept) === wanted || prints(repackSubsets(kept)) === wanted;
  const {[HEADLESS]: _, [ENDPOINTS_MANAGED_BY]: manager, ...labels} = metadata.labels ?? {};
  const labelled = manager === ENDPOINTS_CONTROLLER && sameLabels(labels, service.metadata?.labels ?? {});
  return same && labelled && countOf(kept) <= CAPACITY && metadata.annotations?.[OVER_CAPACITY] === undefined;
}

/** What is compared: all but the pods' resourceVersions. */
function prints(subsets: readonly EndpointsSubset[]): string {
  const bare = (address: EndpointsAddress): EndpointsAddress => {
    if (address.targetRef === undefined) return address;
    const {resourceVersion: _, ...targetRef} = address.targetRef;
    return {...address, targetRef};
  };
  return subsets
    .map((subset) => subsetOf((subset.addresses ?? []).map(bare), (subset.notReadyAddresses ?? []).map(bare), subset.ports ?? []))
    .map(printSubset)
    .join('\n');
}

function countOf(subsets: readonly EndpointsSubset[]): number {
  return subsets.reduce((sum, subset) => sum + (subset.addresses?.length ?? 0) + (subset.notReadyAddresses?.length ?? 0), 0);
}

/** A subset of one address for each port that the pod has; one without ports for a headless Service that has none. */
function podSubsets(service: KubernetesObject, pod: KubernetesObject): readonly EndpointsSubset[] {
  const spec = record(service['spec']);
  const publish = spec['publishNotReadyAddresses'] === true;
  const address = endpointsAddress(service, pod);
  if (!podInEndpoints(pod, publish) || address === null) return [];
  const subset = (ports: readonly EndpointsPort[]) =>
    publish || podIsReady(pod) ? subsetOf([address], [], ports) : subsetOf([], [address], ports);
  const ports = list(spec['ports']);
  if (ports.length === 0) return spec['clusterIP'] === 'None' ? [subset([])] : [];
  return ports.flatMap((servicePort) => {
    const port = findPort(pod, servicePort);
    if (port === null) return [];
    const [name, protocol, appProtocol] = [text(servicePort['name']), text(servicePort['protocol']), text(servicePort['appProtocol'])];
    return [subset([{...(name ? {name} : {}), port, ...(protocol ? {protocol} : {}), ...(appProtocol === null ? {} : {appProtocol})}])];
  });
}

/** The address of a pod in a Service's Endpoints: its first one of the Service's first family; null where it has none. */
export function endpointsAddress(service: KubernetesObject, pod: KubernetesObject): EndpointsAddress | null {
  const family = firstFamily(service, pod);
  const ip = podIPs(pod).find((candidate) => familyOf(candidate) === family);
  const hostname = endpointHostname(pod, service);
  if (ip === undefined) return null;
  return {
    ip: canonicalIP(ip) ?? ip,
    ...(hostname === null ? {} : {hostname}),
    nodeName: text(record(pod['spec'])['nodeName']) ?? '',
    targetRef: podReference(pod),
  };
}

function firstFamily(service: KubernetesObject, pod: KubernetesObject): string {
  const spec = record(service['spec']);
  const clusterIP = text(spec['clusterIP']) ?? '';
  const told = texts(spec['ipFamilies'])[0];
  if (told !== undefined) return told;
  if (clusterIP !== '' && clusterIP !== 'None') return clusterIP.includes(':') ? 'IPv6' : 'IPv4';
  return familyOf(text(record(pod['status'])['podIP']) ?? '') ?? 'IPv4';
}

/** Cuts down to the capacity, each subset in proportion, addresses that are not ready first. The same list where nothing is cut. */
function truncate(subsets: readonly EndpointsSubset[]): readonly EndpointsSubset[] {
  if (countOf(subsets) <= CAPACITY) return subsets;
  const ready = subsets.reduce((sum, subset) => sum + (subset.addresses?.length ?? 0), 0);
  const cutReady = ready > CAPACITY;
  const room = cutReady ? CAPACITY : CAPACITY - ready;
  const total = cutReady ? ready : countOf(subsets) - ready;
  let left = room;
  return subsets.map(({addresses = [], notReadyAddresses = [], ports = []}) => {
    const candidates = cutReady ? addresses : notReadyAddresses;
    const kept = candidates.slice(0, Math.min(left, Math.ceil((candidates.length / total) * room)));
    left -= kept.length;
    return cutReady ? subsetOf(kept, [], ports) : subsetOf(addresses, kept, ports);
  });
}
