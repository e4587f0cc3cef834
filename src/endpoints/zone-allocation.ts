import type {ZoneShares} from './zone-shares.ts';

/** How much more traffic than its share an endpoint may get before hints are given up. */
const OVERLOAD = 0.2;

/** How many endpoints a zone should, must and may have. */
export interface ZoneAllocation {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

/** Why a Service gets no hints from the topology annotation, in the words of the controller's event. */
export const NO_HINTS = {
  noZone: 'One or more endpoints do not have a zone specified',
  noneAllocated: 'No hints allocated for zones',
  nodeInfo: 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes',
  oneZone: 'Nodes only ready in one zone',
  tooFew: 'Insufficient number of endpoints',
  overload: 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold',
} as const;

/**
 * Divides a number of ready endpoints among zones so that none is overloaded, or says why that cannot be:
 * it takes an endpoint per zone, and the sum over zones of ceil(n * share / 1.2) must not exceed n.
 */
export function allocateZones(shares: ZoneShares | null, endpoints: number): ReadonlyMap<string, ZoneAllocation> | string {
  if (shares === null) return NO_HINTS.nodeInfo;
  const zones = Object.keys(shares).sort();
  const counts = `(${endpoints} endpoints, ${zones.length} zones)`;
  if (zones.length < 2) return NO_HINTS.oneZone;
  if (zones.length > endpoints) return `${NO_HINTS.tooFew} ${counts}`;
  const wanted = zones.map((zone) => {
    const desired = (shares[zone] ?? 0) * endpoints;
    const minimum = Math.ceil(desired * (1 / (1 + OVERLOAD)));
    return {zone, minimum, desired: Math.max(desired, minimum)};
  });
  const spare = endpoints - wanted.reduce((sum, zone) => sum + zone.minimum, 0);
  if (spare < 0) return `${NO_HINTS.overload} ${counts}`;
  return new Map(wanted.map(({zone, minimum, desired}) => [zone, {minimum, desired, maximum: minimum + spare}]));
}

/**
 * How many endpoints each zone gives away and receives, one at a time from the zone with the most to spare to the one that lacks most,
 * until less than half an endpoint is left to move on one side.
 */
export function zoneTransfers(
  allocations: ReadonlyMap<string, ZoneAllocation>,
  hinted: ReadonlyMap<string, number>,
): {readonly giving: Map<string, number>; readonly receiving: Map<string, number>} {
  const surplus = new Map<string, number>();
  const lack = new Map<string, number>();
  for (const [zone, {desired}] of allocations) {
    const difference = (hinted.get(zone) ?? 0) - desired;
    if (difference > 0) surplus.set(zone, difference);
    if (difference < 0) lack.set(zone, -difference);
  }
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (;;) {
    const giver = most(surplus);
    const receiver = most(lack);
    if (giver === null || receiver === null || (giver.count < 1 && receiver.count < 1)) break;
    if (giver.count < 0.5 || receiver.count < 0.5) break;
    count(giving, giver.zone, 1);
    count(receiving, receiver.zone, 1);
    count(surplus, giver.zone, -1);
    count(lack, receiver.zone, -1);
  }
  return {giving, receiving};
}

function most(zones: ReadonlyMap<string, number>): {readonly zone: string; readonly count: number} | null {
  let best: {zone: string; count: number} | null = null;
  for (const [zone, count_] of zones) if (count_ > (best?.count ?? 0)) best = {zone, count: count_};
  return best;
}

/** Adds to a zone's number. */
export function count(zones: Map<string, number>, zone: string, by: number): void {
  zones.set(zone, (zones.get(zone) ?? 0) + by);
}
