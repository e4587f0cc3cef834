import {canonicalIP, familyOf} from '../ip/index.ts';
import type {KubernetesObject} from '../model/index.ts';
import {TRIGGER_TIME} from './build-endpoints.ts';
import type {SliceChanges} from './build-slices.ts';
import {sortSlicePorts} from './go-hash.ts';
import {MANAGED_BY, SERVICE_NAME, sameLabels, slicePrefix} from './new-slice.ts';
import {type EndpointsAddress, type EndpointsPort, type EndpointsSubset, repackSubsets} from './repack-subsets.ts';
import type {Labels} from './selectors.ts';
import {asSlice, endpointKey, portsKey, type SliceEndpoint, type SliceManifest, type SlicePort, sameEndpoint, takeOver} from './slice.ts';

/** Who mirrored slices are managed by. */
export const MIRRORING_CONTROLLER = 'endpointslicemirroring-controller.k8s.io';
const SKIP_MIRROR = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

export interface MirrorInput {
  readonly endpoints: KubernetesObject;
  /** The mirrored slices that there are. */
  readonly existing?: readonly KubernetesObject[];
  /** 1000 by default, as in kube-controller-manager. */
  readonly maxEndpointsPerSubset?: number;
}

export interface MirrorResult {
  readonly slices: readonly SliceManifest[];
  readonly changes: SliceChanges;
  /** Addresses that are none. */
  readonly invalidAddresses: number;
  /** All that were left out, invalid ones included. */
  readonly skippedAddresses: number;
}

/** Whether an Endpoints object is one to mirror, its Service aside: no skip-mirror label, no leader election record. */
export function shouldMirror(endpoints: KubernetesObject | null): boolean {
  if (endpoints === null) return false;
  const {labels = {}, annotations = {}} = endpoints.metadata ?? {};
  return labels[SKIP_MIRROR] !== 'true' && annotations[LEADER] === undefined;
}

interface Desired {
  readonly addressType: string;
  readonly ports: readonly SlicePort[];
  readonly endpoints: Map<string, SliceEndpoint>;
}

/**
 * The EndpointSlices that mirror an Endpoints object made by hand, one per subset and address family
 * (pkg/controller/endpointslicemirroring/reconciler.go), and the writes that lead there.
 */
export function mirrorEndpoints({endpoints, existing = [], maxEndpointsPerSubset = 1000}: MirrorInput): MirrorResult {
  const {desired, invalidAddresses, skippedAddresses} = desiredSlices(endpoints, maxEndpointsPerSubset);
  const current = existing.map(asSlice);
  const create: SliceManifest[] = [];
  const update: SliceManifest[] = [];
  const remove = current.filter((slice) => !desired.has(keyOf(slice.addressType, slice.ports)));
  for (const [key, group] of desired) {
    const [first, ...rest] = current.filter((slice) => keyOf(slice.addressType, slice.ports) === key);
    if (group.endpoints.size === 0) {
      remove.push(...(first === undefined ? [] : [first, ...rest]));
      continue;
    }
    remove.push(...rest);
    const fresh = mirroredSlice(endpoints, group);
    if (first === undefined) create.push(fresh);
    else if (!isUpToDate(first, group, endpoints)) update.push(takeOver(fresh, first));
  }
  const changes = recycle(create, update, remove, endpoints.metadata?.deletionTimestamp != null);
  const touched = new Set([...changes.update, ...changes.delete].map((slice) => slice.metadata.name));
  const unchanged = current.filter((slice) => !touched.has(slice.metadata.name));
  return {slices: [...unchanged, ...changes.update, ...changes.create], changes, invalidAddresses, skippedAddresses};
}

function keyOf(addressType: string, ports: readonly SlicePort[]): string {
  return `${addressType} ${portsKey(ports)}`;
}

function desiredSlices(endpoints: KubernetesObject, limit: number) {
  const desired = new Map<string, Desired>();
  let invalidAddresses = 0;
  let skippedAddresses = 0;
  for (const subset of repackSubsets((endpoints['subsets'] ?? []) as readonly EndpointsSubset[])) {
    const ports = sortSlicePorts((subset.ports ?? []).map(slicePort));
    for (const addressType of ['IPv4', 'IPv6']) {
      const key = keyOf(addressType, ports);
      desired.set(key, desired.get(key) ?? {addressType, ports, endpoints: new Map()});
    }
    const {addresses = [], notReadyAddresses = []} = subset;
    let added = 0;
    for (const [index, address] of [...addresses, ...notReadyAddresses].entries()) {
      if (added >= limit) break;
      const endpoint = mirroredEndpoint(address, index < addresses.length);
      const group = desired.get(keyOf(familyOf(address.ip) ?? '', ports));
      if (group === undefined) invalidAddresses++;
      else {
        group.endpoints.set(endpointKey(endpoint), endpoint);
        added++;
      }
    }
    skippedAddresses += addresses.length + notReadyAddresses.length - added;
  }
  return {desired, invalidAddresses, skippedAddresses};
}

function slicePort(port: EndpointsPort): SlicePort {
  const {name = '', protocol, appProtocol} = port;
  return {name, ...(protocol === undefined ? {} : {protocol}), port: port.port, ...(appProtocol === undefined ? {} : {appProtocol})};
}

function mirroredEndpoint({ip, hostname, nodeName, targetRef}: EndpointsAddress, ready: boolean): SliceEndpoint {
  return {
    addresses: [canonicalIP(ip) ?? ip],
    conditions: {ready},
    ...(hostname ? {hostname} : {}),
    ...(targetRef === undefined ? {} : {targetRef}),
    ...(nodeName === undefined ? {} : {nodeName}),
  };
}

function mirroredSlice(endpoints: KubernetesObject, group: Desired): SliceManifest {
  const {namespace, name = '', uid = '', labels = {}} = endpoints.metadata ?? {};
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: slicePrefix(name),
      ...(namespace === undefined ? {} : {namespace}),
      labels: {...labels, [SERVICE_NAME]: name, [MANAGED_BY]: MIRRORING_CONTROLLER},
      annotations: mirroredAnnotations(endpoints),
      ownerReferences: [{apiVersion: 'v1', kind: 'Endpoints', name, uid, controller: true, blockOwnerDeletion: true}],
    },
    addressType: group.addressType,
    endpoints: [...group.endpoints.values()],
    ports: group.ports,
  };
}

function mirroredAnnotations(endpoints: KubernetesObject): Labels {
  const {[TRIGGER_TIME]: _, [LAST_APPLIED]: __, ...annotations} = endpoints.metadata?.annotations ?? {};
  return annotations;
}

function isUpToDate(slice: SliceManifest, group: Desired, endpoints: KubernetesObject): boolean {
  const {[MANAGED_BY]: _, [SERVICE_NAME]: __, ...labels} = slice.metadata.labels ?? {};
  const {name, uid} = endpoints.metadata ?? {};
  const ofOther = (slice.metadata.ownerReferences ?? []).some(
    (owner) => owner.kind === 'Endpoints' && owner.name === name && owner.uid !== uid,
  );
  const same = slice.endpoints.every((endpoint) => {
    const wanted = group.endpoints.get(endpointKey(endpoint));
    return wanted !== undefined && sameEndpoint(wanted, endpoint);
  });
  return (
    same &&
    slice.endpoints.length === group.endpoints.size &&
    !ofOther &&
    sameLabels(labels, endpoints.metadata?.labels ?? {}) &&
    sameLabels(slice.metadata.annotations ?? {}, mirroredAnnotations(endpoints))
  );
}

/** Slices to be deleted become new ones of their family: one write instead of two. Endpoints that are going get no new ones. */
function recycle(
  create: readonly SliceManifest[],
  update: readonly SliceManifest[],
  remove: readonly SliceManifest[],
  going: boolean,
): SliceChanges {
  const left = [...remove];
  const updates = [...update];
  const creates = create.filter((fresh) => {
    const index = left.findIndex((slice) => slice.addressType === fresh.addressType);
    const [old] = index < 0 ? [] : left.splice(index, 1);
    if (old !== undefined) updates.push(takeOver(fresh, old));
    return old === undefined;
  });
  return {create: going ? [] : creates, update: updates, delete: left};
}
