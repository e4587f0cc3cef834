import {KiadaError} from '../errors.ts';
import {canonicalIP, cidrContains, numberToAddress, parseCidr} from '../ip/index.ts';
import type {ClusterView, EndpointSlice, KubernetesObject, NamespacedName} from '../model/index.ts';
import {updateView} from '../view/index.ts';

/** Changes that are only imagined. They are applied in this order. */
export interface WhatIfChanges {
  readonly service: NamespacedName;
  /** Fields of the Service's spec to values as written: `internalTrafficPolicy` to `Local`, `sessionAffinityConfig.clientIP.timeoutSeconds` to `60`. */
  readonly set?: Readonly<Record<string, string>>;
  /** Names of pods that are gone. */
  readonly without?: readonly string[];
  /** As many endpoints as this: the last by name go, or new ready ones come, on the nodes that have the fewest. */
  readonly withReplicas?: number;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * The view as it would be. Endpoints are taken away or made up in the Service's slices as they stand; topology hints follow
 * `trafficDistribution`, whose rule needs nothing but each endpoint's own zone and node (KEP-3015), while those of the topology
 * annotation, which weighs zones, are left out: `buildEndpointSlices` tells them. Throws SERVICE_NOT_FOUND, NOT_FOUND (a pod) and USAGE.
 */
export function whatIf(view: ClusterView, changes: WhatIfChanges): ClusterView {
  const key = `${changes.service.namespace}/${changes.service.name}`;
  const object = view.objects.get(`Service/${key}`);
  if (object === undefined)
    throw new KiadaError('SERVICE_NOT_FOUND', `There is no Service ${changes.service.name} in namespace ${changes.service.namespace}.`);
  const withSpec = changes.set === undefined ? view : updateView(view, {type: 'MODIFIED', object: withFields(object, changes.set)});
  const withoutPods = (changes.without ?? []).reduce((before, pod) => removePod(before, changes.service, pod), withSpec);
  const scaled = changes.withReplicas === undefined ? withoutPods : scale(withoutPods, key, changes.withReplicas);
  return changes.withReplicas === undefined && changes.set?.['trafficDistribution'] === undefined ? scaled : rehint(scaled, key);
}

function withFields(object: KubernetesObject, fields: Readonly<Record<string, string>>): KubernetesObject {
  const spec = Object.entries(fields).reduce<Json>(
    (before, [path, value]) => setAt(before, path.replace(/^spec\./, '').split('.'), parseValue(value)),
    (object['spec'] ?? {}) as Json,
  );
  return {...object, spec};
}

function setAt(object: Json, [field, ...rest]: readonly string[], value: unknown): Json {
  if (field === undefined || !/^[A-Za-z][A-Za-z0-9]*$/.test(field))
    throw new KiadaError('USAGE', `"${field ?? ''}" is no field of a Service's spec.`);
  const inner = object[field];
  const below = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Json) : {};
  return {...object, [field]: rest.length === 0 ? value : setAt(below, rest, value)};
}

/** Numbers, booleans and null as such, lists with commas in brackets, all else as text. */
function parseValue(text: string): unknown {
  if (/^(true|false|null|-?\d+)$/.test(text)) return JSON.parse(text);
  const list = /^\[(.*)\]$/.exec(text);
  return list === null
    ? text
    : (list[1] ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
}

function removePod(view: ClusterView, service: NamespacedName, name: string): ClusterView {
  const slices = view.slicesOf.get(`${service.namespace}/${service.name}`) ?? [];
  const pod = view.pods.get(`${service.namespace}/${name}`);
  if (pod === undefined && !slices.some((slice) => slice.endpoints.some((endpoint) => endpoint.pod?.name === name))) {
    throw new KiadaError('NOT_FOUND', `There is no pod ${name} in namespace ${service.namespace}.`);
  }
  const left = slices.reduce((before, slice) => keepEndpoints(before, slice, (endpoint) => podOf(endpoint) !== name), view);
  return pod === undefined ? left : updateView(left, {type: 'DELETED', object: pod.object});
}

function scale(view: ClusterView, key: string, replicas: number): ClusterView {
  if (!Number.isInteger(replicas) || replicas < 0) throw new KiadaError('USAGE', `${replicas} is no number of replicas.`);
  const slices = view.slicesOf.get(key) ?? [];
  return slices.reduce((before, slice) => scaleSlices(before, slice, slices, replicas), view);
}

/** All slices of a family together hold the replicas; what is new goes into the first that has an endpoint to copy. */
function scaleSlices(view: ClusterView, slice: EndpointSlice, slices: readonly EndpointSlice[], replicas: number): ClusterView {
  const names = slices
    .filter(({addressType}) => addressType === slice.addressType)
    .flatMap(({endpoints}) => endpoints.map((endpoint) => endpoint.pod?.name ?? endpoint.address));
  const kept = new Set([...new Set(names)].sort().slice(0, replicas));
  const shrunk = keepEndpoints(view, slice, (endpoint) => kept.has(podOf(endpoint) ?? addressOf(endpoint)));
  const first = slices.find(({addressType, endpoints}) => addressType === slice.addressType && endpoints.length > 0);
  const missing = replicas - new Set(names).size;
  return slice !== first || missing <= 0 ? shrunk : addEndpoints(shrunk, slice, missing);
}

function addEndpoints(view: ClusterView, slice: EndpointSlice, missing: number): ClusterView {
  const object = view.objects.get(`EndpointSlice/${slice.namespace}/${slice.name}`) as KubernetesObject;
  const endpoints = [...endpointsOf(object)];
  for (let number = 1; number <= missing; number++) {
    const node = leastUsed(view, endpoints);
    const zone = node === null ? null : (view.nodes.get(node)?.zone ?? null);
    endpoints.push({
      addresses: [freeAddress(view, slice, node, endpoints)],
      conditions: {ready: true, serving: true, terminating: false},
      ...(node === null ? {} : {nodeName: node}),
      ...(zone === null ? {} : {zone}),
      targetRef: {kind: 'Pod', namespace: slice.namespace, name: `what-if-${number}`},
    });
  }
  return updateView(view, {type: 'MODIFIED', object: {...object, endpoints}});
}

function leastUsed(view: ClusterView, endpoints: readonly Json[]): string | null {
  const nodes = [...view.nodes.values()].filter((node) => !node.unschedulable).map((node) => node.name);
  const used = (name: string) => endpoints.filter((endpoint) => endpoint['nodeName'] === name).length;
  return nodes.sort().reduce<string | null>((best, name) => (best === null || used(name) < used(best) ? name : best), null);
}

/** From the top of the node's pod range, where a cluster rarely is yet; else from a range for documentation. */
function freeAddress(view: ClusterView, slice: EndpointSlice, node: string | null, endpoints: readonly Json[]): string {
  const family = slice.addressType === 'IPv6' ? 'IPv6' : 'IPv4';
  const ranges = (node === null ? [] : (view.nodes.get(node)?.podCIDRs ?? [])).map((text) => parseCidr(text));
  const range = ranges.find((candidate) => candidate?.family === family) ?? parseCidr(family === 'IPv4' ? '192.0.2.0/24' : '2001:db8::/64');
  if (!range) throw new KiadaError('UNKNOWABLE', 'No pod range is known to take an address from.');
  const size = 1n << BigInt((family === 'IPv4' ? 32 : 128) - range.bits);
  const taken = new Set(endpoints.map((endpoint) => canonicalIP(addressOf(endpoint))));
  for (let offset = size - 2n; offset > 1n; offset--) {
    const address = numberToAddress(range.network + offset, family);
    if (!taken.has(address) && !view.podsByIP.has(address) && cidrContains(range, address)) return address;
  }
  throw new KiadaError('UNKNOWABLE', `The pod range ${range.text} of node ${node} has no address left.`);
}

/** Hints as `trafficDistribution` gives them: each ready endpoint's own zone, and its own node with PreferSameNode. */
function rehint(view: ClusterView, key: string): ClusterView {
  const distribution = view.services.get(key)?.trafficDistribution ?? null;
  return (view.slicesOf.get(key) ?? []).reduce((before, slice) => {
    const object = before.objects.get(`EndpointSlice/${slice.namespace}/${slice.name}`) as KubernetesObject;
    const endpoints = endpointsOf(object).map(({hints: _, ...endpoint}) => ({...endpoint, ...hintsFor(endpoint, distribution)}));
    return updateView(before, {type: 'MODIFIED', object: {...object, endpoints}});
  }, view);
}

function hintsFor(endpoint: Json, distribution: string | null): Json {
  const ready = (endpoint['conditions'] as Json | undefined)?.['ready'] !== false;
  if (distribution === null || !ready || typeof endpoint['zone'] !== 'string') return {};
  const forNodes =
    distribution === 'PreferSameNode' && endpoint['nodeName'] !== undefined ? {forNodes: [{name: endpoint['nodeName']}]} : {};
  return {hints: {forZones: [{name: endpoint['zone']}], ...forNodes}};
}

function keepEndpoints(view: ClusterView, slice: EndpointSlice, keeps: (endpoint: Json) => boolean): ClusterView {
  const object = view.objects.get(`EndpointSlice/${slice.namespace}/${slice.name}`) as KubernetesObject;
  const endpoints = endpointsOf(object);
  const left = endpoints.filter(keeps);
  return left.length === endpoints.length ? view : updateView(view, {type: 'MODIFIED', object: {...object, endpoints: left}});
}

function endpointsOf(object: KubernetesObject): readonly Json[] {
  return Array.isArray(object['endpoints']) ? (object['endpoints'] as readonly Json[]) : [];
}

function podOf(endpoint: Json): string | null {
  const target = endpoint['targetRef'] as Json | undefined;
  return target?.['kind'] === 'Pod' && typeof target['name'] === 'string' ? target['name'] : null;
}

function addressOf(endpoint: Json): string {
  const [address] = (endpoint['addresses'] ?? []) as readonly string[];
  return address ?? '';
}
