import type {KubernetesObject} from '../model/index.ts';
import {newEndpointSlice, sliceLabels} from './new-slice.ts';
import {endpointKey, type SliceEndpoint, type SliceManifest, type SlicePort, sameEndpoint} from './slice.ts';

/** What packing made of the slices of one address type and one set of ports. */
export interface Packing {
  readonly create: readonly SliceManifest[];
  readonly update: readonly SliceManifest[];
  readonly remove: readonly SliceManifest[];
}

/** Slices that packing has touched or may fill, by how they stand. */
interface Sorted {
  readonly updated: SliceManifest[];
  readonly unchanged: SliceManifest[];
  readonly remove: SliceManifest[];
}

/**
 * Packs endpoints into slices with few writes rather than with few slices (k8s.io/endpointslice reconciler.go): endpoints stay where
 * they are; slices that are written anyway are filled up, fullest first; the rest goes into the one untouched slice that it fills best,
 * and into new slices.
 */
export function packSlices(
  service: KubernetesObject,
  existing: readonly SliceManifest[],
  desired: readonly SliceEndpoint[],
  group: {readonly addressType: string; readonly ports: readonly SlicePort[]},
  limit: number,
): Packing {
  const left = new Map(desired.map((endpoint) => [endpointKey(endpoint), endpoint]));
  const sorted = keepInPlace(service, existing, left);
  const updated = fillUpdated(sorted.updated, left, limit);
  const create: SliceManifest[] = [];
  const unchanged = [...sorted.unchanged];
  while (left.size > 0) {
    const roomy = left.size < limit ? bestFit(unchanged, left.size, limit) : null;
    const filled = fill(roomy ?? newEndpointSlice(service, group.addressType, group.ports), left, limit);
    if (roomy === null) create.push(filled);
    else {
      unchanged.splice(unchanged.indexOf(roomy), 1);
      updated.push(filled);
    }
  }
  return {create, update: updated, remove: sorted.remove};
}

/** Takes from `left` what the slices hold already; what is no longer desired falls out. */
function keepInPlace(service: KubernetesObject, existing: readonly SliceManifest[], left: Map<string, SliceEndpoint>): Sorted {
  const sorted: Sorted = {updated: [], unchanged: [], remove: []};
  for (const slice of existing) {
    const {kept, changed} = keptEndpoints(slice, left);
    const {labels, changed: relabelled} = sliceLabels(slice.metadata.labels ?? {}, service);
    const metadata = {...slice.metadata, labels};
    if (changed && kept.length === 0) sorted.remove.push(slice);
    else if (changed) sorted.updated.push({...slice, metadata, endpoints: kept});
    else if (relabelled) sorted.updated.push({...slice, metadata});
    else sorted.unchanged.push(slice);
  }
  return sorted;
}

function keptEndpoints(slice: SliceManifest, left: Map<string, SliceEndpoint>): {kept: readonly SliceEndpoint[]; changed: boolean} {
  const kept: SliceEndpoint[] = [];
  let changed = false;
  for (const endpoint of slice.endpoints) {
    const key = endpointKey(endpoint);
    const wanted = left.get(key);
    if (wanted === undefined) continue;
    kept.push(wanted);
    changed ||= !sameEndpoint(wanted, endpoint);
    left.delete(key); // an endpoint that an earlier slice holds falls out of later ones
  }
  return {kept, changed: changed || kept.length !== slice.endpoints.length};
}

function fillUpdated(slices: readonly SliceManifest[], left: Map<string, SliceEndpoint>, limit: number): SliceManifest[] {
  const fullestFirst = [...slices].sort((a, b) => b.endpoints.length - a.endpoints.length);
  return fullestFirst.map((slice) => fill(slice, left, limit));
}

function fill(slice: SliceManifest, left: Map<string, SliceEndpoint>, limit: number): SliceManifest {
  const endpoints = [...slice.endpoints];
  for (const [key, endpoint] of left) {
    if (endpoints.length >= limit) break;
    endpoints.push(endpoint);
    left.delete(key);
  }
  return endpoints.length === slice.endpoints.length ? slice : {...slice, endpoints};
}

/** The slice that comes closest to full when `count` endpoints are added, or null where none has the room. */
function bestFit(slices: readonly SliceManifest[], count: number, limit: number): SliceManifest | null {
  let best: SliceManifest | null = null;
  let bestRoom = limit;
  for (const slice of slices) {
    const room = limit - count - slice.endpoints.length;
    if (room < 0 || room >= bestRoom) continue;
    best = slice;
    bestRoom = room;
  }
  return best;
}
