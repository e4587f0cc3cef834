import type {KubernetesObject} from '../model/index.ts';
import {record} from '../view/index.ts';
import {distributionHints, isTrafficDistribution} from './distribution-hints.ts';
import {sortSlicePorts} from './go-hash.ts';
import {isOwnedBy, newEndpointSlice, sameLabels, sliceLabels} from './new-slice.ts';
import {packSlices} from './pack-slices.ts';
import {addressTypes, endpointPorts, podInEndpoints, podToEndpoint} from './pod-endpoint.ts';
import {
  asSlice,
  endpointKey,
  portsKey,
  type SliceEndpoint,
  type SliceGroups,
  type SliceManifest,
  type SlicePort,
  takeOver,
} from './slice.ts';
import {type HintEvent, topologyAnnotationEnabled, topologyHints, withoutAnyHints} from './topology-hints.ts';
import {type ZoneShares, zoneShares} from './zone-shares.ts';

export interface SliceInput {
  readonly service: KubernetesObject;
  /** Those that the selector matches; the selector is not looked at. */
  readonly pods: readonly KubernetesObject[];
  readonly nodes: readonly KubernetesObject[];
  /** The Service's slices as they are now, of this controller. */
  readonly existing?: readonly KubernetesObject[];
  /** 100 by default, as in kube-controller-manager. */
  readonly maxEndpointsPerSlice?: number;
  /** False for a controller that ignores the topology annotation; all current ones obey it. */
  readonly topologyAwareHints?: boolean;
}

export interface SliceChanges {
  /** To be named by the API server: they have `metadata.generateName`. */
  readonly create: readonly SliceManifest[];
  readonly update: readonly SliceManifest[];
  readonly delete: readonly SliceManifest[];
}

export interface SliceResult {
  /** All that exist afterwards, unchanged ones included. */
  readonly slices: readonly SliceManifest[];
  readonly changes: SliceChanges;
  /** A pod's node is not known (yet): the pod is left out, and the slices are to be built again. */
  readonly retry: boolean;
  /** What is to be told on the Service about hints by the topology annotation. */
  readonly events: readonly HintEvent[];
}

interface Outcome extends SliceChanges {
  readonly unchanged: readonly SliceManifest[];
  readonly retry: boolean;
  readonly events: readonly HintEvent[];
}

/**
 * The EndpointSlices that a Service should have, and the writes that lead there from the existing ones: what the EndpointSlice controller
 * of Kubernetes 1.37 does in one pass (k8s.io/endpointslice reconciler.go, KEP-752). A slice holds one address family and one set of ports.
 * Nothing that comes in is changed.
 */
export function buildEndpointSlices(input: SliceInput): SliceResult {
  const existing = (input.existing ?? []).map(asSlice);
  const types = addressTypes(input.service);
  const shares = zoneShares(input.nodes);
  const outcomes = types.map((type) =>
    buildFamily(
      input,
      type,
      existing.filter((slice) => slice.addressType === type),
      shares,
    ),
  );
  const create = outcomes.flatMap((outcome) => outcome.create);
  const update = outcomes.flatMap((outcome) => outcome.update);
  return {
    slices: [...outcomes.flatMap((outcome) => outcome.unchanged), ...update, ...create],
    changes: {
      create,
      update,
      delete: [...outcomes.flatMap((outcome) => outcome.delete), ...existing.filter((slice) => !types.includes(slice.addressType))],
    },
    retry: outcomes.some((outcome) => outcome.retry),
    events: outcomes.flatMap((outcome) => outcome.events),
  };
}

function buildFamily(input: SliceInput, addressType: string, existing: readonly SliceManifest[], shares: ZoneShares | null): Outcome {
  const {service} = input;
  const {groups, retry} = desiredGroups(input, addressType);
  const own = existing.filter((slice) => isOwnedBy(slice, service));
  const packed = [...groups].map(([key, group]) =>
    packSlices(
      service,
      own.filter((slice) => portsKey(slice.ports) === key),
      group.endpoints,
      {addressType, ports: group.ports},
      input.maxEndpointsPerSlice ?? 100,
    ),
  );
  const create = packed.flatMap((packing) => packing.create);
  const update = packed.flatMap((packing) => packing.update);
  const foreign = existing.filter((slice) => !own.includes(slice));
  const obsolete = own.filter((slice) => !groups.has(portsKey(slice.ports)));
  const removed = [...foreign, ...packed.flatMap((packing) => packing.remove), ...obsolete];
  const {placeholder, remove} = withPlaceholder(service, addressType, existing, removed, create);
  const gone = new Set([...update, ...remove].map((slice) => slice.metadata.name));
  const unchanged = existing.filter((slice) => !gone.has(slice.metadata.name));
  const {slices, events} = withServiceHints(
    input,
    addressType,
    {toCreate: [...create, ...placeholder], toUpdate: update, unchanged},
    shares,
    existing,
  );
  return {...recycle(service, slices, remove), unchanged: slices.unchanged, retry, events};
}

interface Group {
  readonly ports: readonly SlicePort[];
  readonly endpoints: readonly SliceEndpoint[];
}

/** The endpoints that should be, by the ports that their pods have. Two pods that would be one endpoint are one: the later. */
function desiredGroups(input: SliceInput, addressType: string): {groups: ReadonlyMap<string, Group>; retry: boolean} {
  const {service} = input;
  const nodes = new Map(input.nodes.map((node) => [node.metadata?.name ?? '', node]));
  const publish = record(service['spec'])['publishNotReadyAddresses'] === true;
  const groups = new Map<string, {ports: readonly SlicePort[]; endpoints: Map<string, SliceEndpoint>}>();
  let retry = false;
  for (const pod of input.pods) {
    if (!podInEndpoints(pod, true)) continue;
    const ports = sortSlicePorts(endpointPorts(service, pod));
    const key = portsKey(ports);
    const group = groups.get(key) ?? {ports, endpoints: new Map<string, SliceEndpoint>()};
    groups.set(key, group); // even where nothing is put in: an existing slice of these ports is then judged as one of them
    const node = nodes.get(String(record(pod['spec'])['nodeName'] ?? '')) ?? null;
    if (node === null && !publish) {
      retry = true;
      continue;
    }
    const endpoint = podToEndpoint(pod, node, service, addressType);
    if (endpoint.addresses.length > 0) group.endpoints.set(endpointKey(endpoint), endpoint);
  }
  return {groups: new Map([...groups].map(([key, {ports, endpoints}]) => [key, {ports, endpoints: [...endpoints.values()]}])), retry};
}

/** A Service whose last slice goes keeps one that is empty, so that the absence of endpoints is told apart from not knowing. */
function withPlaceholder(
  service: KubernetesObject,
  addressType: string,
  existing: readonly SliceManifest[],
  removed: readonly SliceManifest[],
  create: readonly SliceManifest[],
): {placeholder: readonly SliceManifest[]; remove: readonly SliceManifest[]} {
  if (existing.length !== removed.length || create.length > 0) return {placeholder: [], remove: removed};
  const placeholder = newEndpointSlice(service, addressType, []);
  const [only] = removed;
  const there = removed.length === 1 && only !== undefined && isPlaceholder(only, service);
  return there ? {placeholder: [], remove: []} : {placeholder: [placeholder], remove: removed};
}

function isPlaceholder(slice: SliceManifest, service: KubernetesObject): boolean {
  const {labels} = sliceLabels({}, service);
  return slice.endpoints.length === 0 && slice.ports.length === 0 && sameLabels(slice.metadata.labels ?? {}, labels);
}

/** The annotation beats `trafficDistribution`; without either there are no hints. */
function withServiceHints(
  {service, topologyAwareHints = true}: SliceInput,
  addressType: string,
  slices: SliceGroups,
  shares: ZoneShares | null,
  existing: readonly SliceManifest[],
): {readonly slices: SliceGroups; readonly events: readonly HintEvent[]} {
  const {trafficDistribution} = record(service['spec']);
  const annotated = topologyAnnotationEnabled(service.metadata?.annotations ?? {});
  if (annotated && topologyAwareHints) {
    const before = existing.some((slice) => slice.endpoints.some((endpoint) => endpoint.hints !== undefined));
    return topologyHints(shares, addressType, slices, before);
  }
  if (!annotated && isTrafficDistribution(trafficDistribution)) return {slices: distributionHints(trafficDistribution, slices), events: []};
  return {slices: withoutAnyHints(slices), events: []};
}

/** Slices that would be deleted become new ones where they can: one write instead of two. A Service that is going gets no new ones. */
function recycle(service: KubernetesObject, slices: SliceGroups, remove: readonly SliceManifest[]): SliceChanges {
  const create = [...slices.toCreate];
  const update = [...slices.toUpdate];
  const left = remove.filter((slice) => {
    if (create.length === 0 || !isOwnedBy(slice, service)) return true;
    const fresh = create.pop();
    if (fresh !== undefined) update.push(takeOver(fresh, slice));
    return false;
  });
  return {create: service.metadata?.deletionTimestamp == null ? create : [], update, delete: left};
}
