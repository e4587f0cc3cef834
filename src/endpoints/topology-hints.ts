import {mapEndpoints} from './distribution-hints.ts';
import {isReady, type SliceGroups, type SliceManifest, withHints, withoutHints} from './slice.ts';
import {allocateZones, count, NO_HINTS, type ZoneAllocation, zoneTransfers} from './zone-allocation.ts';
import type {ZoneShares} from './zone-shares.ts';

/** What the controller tells about a Service's hints, as an Event on the Service. */
export interface HintEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled';
  readonly message: string;
}

export interface TopologyHints {
  readonly slices: SliceGroups;
  readonly events: readonly HintEvent[];
  /** Whether the endpoints have hints now. */
  readonly hinted: boolean;
}

const OLD_ANNOTATION = 'service.kubernetes.io/topology-aware-hints';
const ANNOTATION = 'service.kubernetes.io/topology-mode';

/** Whether a Service's annotations ask for topology hints: exactly `Auto` or `auto`; the old key beats the newer one. */
export function topologyAnnotationEnabled(annotations: Readonly<Record<string, string>>): boolean {
  const value = annotations[OLD_ANNOTATION] ?? annotations[ANNOTATION];
  return value === 'Auto' || value === 'auto';
}

/**
 * Sets zone hints in proportion to the zones' CPU, as the topology annotation asks (k8s.io/endpointslice topologycache, KEP-2433), or takes
 * all hints away and says why. `hinted` tells whether the Service had hints before: only then no event says that they are on.
 * Slices whose hints fit the shares stay as they are.
 */
export function topologyHints(shares: ZoneShares | null, addressType: string, slices: SliceGroups, hinted: boolean): TopologyHints {
  const all = [...slices.toCreate, ...slices.toUpdate, ...slices.unchanged];
  const ready = all.flatMap((slice) => slice.endpoints).filter(isReady).length;
  const allocations = allocateZones(shares, ready);
  if (typeof allocations === 'string') return disabled(slices, addressType, allocations);
  const kept = keepFitting(slices, allocations);
  const open = [...kept.groups.toCreate, ...kept.groups.toUpdate];
  if (open.some((slice) => slice.endpoints.some((endpoint) => isReady(endpoint) && !endpoint.zone))) {
    return disabled(kept.groups, addressType, NO_HINTS.noZone);
  }
  const zones = kept.hinted;
  for (const slice of open) for (const endpoint of slice.endpoints) if (isReady(endpoint)) count(zones, endpoint.zone ?? '', 1);
  if (zones.size === 0) return disabled(slices, addressType, NO_HINTS.noneAllocated);
  const {giving, receiving} = zoneTransfers(allocations, zones);
  const hint = (slice: SliceManifest) => hintSlice(slice, giving, receiving);
  const groups = {toCreate: kept.groups.toCreate.map(hint), toUpdate: kept.groups.toUpdate.map(hint), unchanged: kept.groups.unchanged};
  return {slices: groups, events: hinted ? [] : [enabledEvent(addressType)], hinted: true};
}

/** Sets apart the unchanged slices whose hints the allocation can keep, and sums up the zones that they hint at. */
function keepFitting(
  slices: SliceGroups,
  allocations: ReadonlyMap<string, ZoneAllocation>,
): {readonly groups: SliceGroups; readonly hinted: Map<string, number>} {
  const hinted = new Map<string, number>();
  const unchanged: SliceManifest[] = [];
  const toUpdate = [...slices.toUpdate];
  for (const slice of slices.unchanged) {
    const zones = hintsOf(slice);
    const fits = zones !== null && [...zones].every(([zone, n]) => n + (hinted.get(zone) ?? 0) <= (allocations.get(zone)?.maximum ?? -1));
    (fits ? unchanged : toUpdate).push(slice);
    if (fits) for (const [zone, n] of zones) count(hinted, zone, n);
  }
  return {groups: {toCreate: slices.toCreate, toUpdate, unchanged}, hinted};
}

/** The zones that a slice's ready endpoints are hinted at, or null where one has no hint. */
function hintsOf(slice: SliceManifest): ReadonlyMap<string, number> | null {
  const zones = new Map<string, number>();
  for (const endpoint of slice.endpoints) {
    if (!isReady(endpoint)) continue;
    const hints = endpoint.hints?.forZones ?? [];
    if (hints.length === 0) return null;
    for (const {name} of hints) count(zones, name, 1);
  }
  return zones;
}

/** Every ready endpoint serves its own zone, but for those that its zone gives away. */
function hintSlice(slice: SliceManifest, giving: Map<string, number>, receiving: Map<string, number>): SliceManifest {
  return mapEndpoints(slice, (endpoint) => {
    if (!isReady(endpoint)) return endpoint;
    const own = endpoint.zone ?? '';
    const receiver = (giving.get(own) ?? 0) > 0 ? [...receiving].find(([, n]) => n > 0)?.[0] : undefined;
    if (receiver === undefined) return withHints(endpoint, [own]);
    count(giving, own, -1);
    count(receiving, receiver, -1);
    return withHints(endpoint, [receiver]);
  });
}

function disabled(slices: SliceGroups, addressType: string, why: string): TopologyHints {
  return {slices: withoutAnyHints(slices), events: [disabledEvent(addressType, why)], hinted: false};
}

/** Takes all hints away; slices that had some are to be updated. */
export function withoutAnyHints(slices: SliceGroups): SliceGroups {
  const bare = (slice: SliceManifest) => mapEndpoints(slice, withoutHints);
  return {
    toCreate: slices.toCreate.map(bare),
    toUpdate: [...slices.toUpdate, ...slices.unchanged.filter((slice) => bare(slice) !== slice)].map(bare),
    unchanged: slices.unchanged.filter((slice) => bare(slice) === slice),
  };
}

function enabledEvent(addressType: string): HintEvent {
  const message = `Topology Aware Hints has been enabled, addressType: ${addressType}`;
  return {type: 'Normal', reason: 'TopologyAwareHintsEnabled', message};
}

/** The event that says why hints are off, or that they were switched off. */
export function disabledEvent(addressType: string, why = 'Topology Aware Hints has been disabled'): HintEvent {
  return {type: 'Warning', reason: 'TopologyAwareHintsDisabled', message: `${why}, addressType: ${addressType}`};
}
