import {canonicalIP} from '../ip/index.ts';
import type {ClusterView, EndpointSlice, KubernetesObject, ObjectChange, Pod, Service, ViewOptions} from '../model/index.ts';
import {cutNode} from './cut-node.ts';
import {cutPod} from './cut-pod.ts';
import {cutService} from './cut-service.ts';
import {cutSlice} from './cut-slice.ts';

const DEFAULTS: ViewOptions = {
  clusterDomain: 'cluster.local.',
  clusterCIDRs: [],
  serviceCIDRs: [],
  podTrafficToNodesMasqueraded: true,
  masqueradeToPodGateway: false,
  proxyMode: 'nftables',
  masqueradeAll: false,
  nodePortAddresses: [],
  localhostNodePorts: true,
};

/** Kinds without a namespace among those that the view reads. */
const CLUSTER_SCOPED = new Set(['Node', 'Namespace']);

/** Fields of the view while it is built: the same maps, open to writing. */
type Draft = {
  -readonly [Field in keyof ClusterView]: ClusterView[Field] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : ClusterView[Field];
};

/**
 * The view of a cluster over these objects, as the API gives them or as a manifest has them (Lists are opened).
 * What API defaulting would fill in is filled in. Of two objects with one name the later stands.
 */
export function viewOf(objects: readonly KubernetesObject[], options: Partial<ViewOptions> = {}): ClusterView {
  const draft: Draft = {
    services: new Map(),
    slices: new Map(),
    slicesOf: new Map(),
    pods: new Map(),
    nodes: new Map(),
    namespaces: new Set(),
    podsByIP: new Map(),
    servicesByIP: new Map(),
    servicesByNodePort: new Map(),
    others: new Map(),
    objects: new Map(),
    options: {...DEFAULTS, ...options},
  };
  const namespaces = new Set<string>();
  for (const object of openLists(objects)) put(draft, namespaces, object);
  draft.namespaces = namespaces;
  return draft;
}

function* openLists(objects: readonly KubernetesObject[]): Generator<KubernetesObject> {
  for (const object of objects) {
    if (object.kind?.endsWith('List') && Array.isArray(object['items'])) yield* openLists(object['items'] as KubernetesObject[]);
    else yield object;
  }
}

/**
 * The view after one change. Records and index entries that the change does not touch are shared with the view before it;
 * only the maps that hold a touched entry are copied.
 */
export function updateView(view: ClusterView, change: ObjectChange): ClusterView {
  const {object} = change;
  const draft: Draft = {...(view as Draft)};
  const namespaces = new Set(view.namespaces);
  copyMaps(draft, object.kind ?? '');
  drop(draft, namespaces, object);
  if (change.type !== 'DELETED') put(draft, namespaces, object);
  draft.namespaces = namespaces;
  return draft;
}

function copyMaps(draft: Draft, kind: string): void {
  switch (kind) {
    case 'Service':
      draft.services = new Map(draft.services);
      draft.objects = new Map(draft.objects);
      draft.servicesByIP = new Map(draft.servicesByIP);
      draft.servicesByNodePort = new Map(draft.servicesByNodePort);
      return;
    case 'EndpointSlice':
      draft.slices = new Map(draft.slices);
      draft.objects = new Map(draft.objects);
      draft.slicesOf = new Map(draft.slicesOf);
      return;
    case 'Pod':
      draft.pods = new Map(draft.pods);
      draft.podsByIP = new Map(draft.podsByIP);
      return;
    case 'Node':
      draft.nodes = new Map(draft.nodes);
      return;
    default:
      draft.others = new Map(draft.others);
  }
}

function put(draft: Draft, namespaces: Set<string>, object: KubernetesObject): void {
  const kind = object.kind ?? '';
  const key = keyOf(object);
  if (!CLUSTER_SCOPED.has(kind)) namespaces.add(object.metadata?.namespace ?? 'default');
  switch (kind) {
    case 'Service':
      if (draft.services.has(key)) drop(draft, namespaces, object);
      draft.objects.set(`Service/${key}`, object);
      return putService(draft, key, cutService(object));
    case 'EndpointSlice':
      if (draft.slices.has(key)) drop(draft, namespaces, object);
      draft.objects.set(`EndpointSlice/${key}`, object);
      return putSlice(draft, key, cutSlice(object));
    case 'Pod':
      if (draft.pods.has(key)) drop(draft, namespaces, object);
      return putPod(draft, key, cutPod(object));
    case 'Node':
      draft.nodes.set(object.metadata?.name ?? '', cutNode(object));
      return;
    case 'Namespace':
      namespaces.add(object.metadata?.name ?? '');
      draft.others.set(`Namespace//${object.metadata?.name ?? ''}`, object);
      return;
    default:
      draft.others.set(`${kind}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`, object);
  }
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata?.namespace ?? 'default'}/${object.metadata?.name ?? ''}`;
}

function putService(draft: Draft, key: string, service: Service): void {
  draft.services.set(key, service);
  for (const ip of addressesOf(service)) add(draft.servicesByIP, ip, key);
  for (const port of nodePortsOf(service)) add(draft.servicesByNodePort, port, key);
}

function putSlice(draft: Draft, key: string, slice: EndpointSlice): void {
  draft.slices.set(key, slice);
  if (slice.service === null) return;
  const owner = `${slice.namespace}/${slice.service}`;
  draft.slicesOf.set(owner, [...(draft.slicesOf.get(owner) ?? []), slice]);
}

function putPod(draft: Draft, key: string, pod: Pod): void {
  draft.pods.set(key, pod);
  for (const ip of pod.ips) add(draft.podsByIP, canonicalIP(ip) ?? ip, key);
}

function drop(draft: Draft, namespaces: Set<string>, object: KubernetesObject): void {
  const key = keyOf(object);
  switch (object.kind) {
    case 'Service': {
      const service = draft.services.get(key);
      draft.services.delete(key);
      draft.objects.delete(`Service/${key}`);
      for (const ip of service ? addressesOf(service) : []) remove(draft.servicesByIP, ip, key);
      for (const port of service ? nodePortsOf(service) : []) remove(draft.servicesByNodePort, port, key);
      return;
    }
    case 'EndpointSlice': {
      const slice = draft.slices.get(key);
      draft.slices.delete(key);
      draft.objects.delete(`EndpointSlice/${key}`);
      if (slice?.service) dropFromOwner(draft, `${slice.namespace}/${slice.service}`, slice);
      return;
    }
    case 'Pod': {
      const pod = draft.pods.get(key);
      draft.pods.delete(key);
      for (const ip of pod?.ips ?? []) remove(draft.podsByIP, canonicalIP(ip) ?? ip, key);
      return;
    }
    case 'Node':
      draft.nodes.delete(object.metadata?.name ?? '');
      return;
    case 'Namespace':
      namespaces.delete(object.metadata?.name ?? '');
      draft.others.delete(`Namespace//${object.metadata?.name ?? ''}`);
      return;
    default:
      draft.others.delete(`${object.kind}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`);
  }
}

function dropFromOwner(draft: Draft, owner: string, slice: EndpointSlice): void {
  const left = (draft.slicesOf.get(owner) ?? []).filter((other) => other !== slice);
  if (left.length > 0) draft.slicesOf.set(owner, left);
  else draft.slicesOf.delete(owner);
}

function addressesOf(service: Service): readonly string[] {
  const all = [...service.clusterIPs, ...service.externalIPs, ...service.ingress.flatMap((ingress) => ingress.ip ?? [])];
  return [...new Set(all.map((ip) => canonicalIP(ip) ?? ip))];
}

function nodePortsOf(service: Service): readonly number[] {
  return [...new Set(service.ports.flatMap((port) => port.nodePort ?? []))];
}

function add<Key>(index: Map<Key, readonly string[]>, key: Key, value: string): void {
  index.set(key, [...(index.get(key) ?? []), value]);
}

function remove<Key>(index: Map<Key, readonly string[]>, key: Key, value: string): void {
  const left = (index.get(key) ?? []).filter((other) => other !== value);
  if (left.length > 0) index.set(key, left);
  else index.delete(key);
}
