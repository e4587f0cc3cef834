import {isReady, type SliceEndpoint, type SliceGroups, type SliceManifest, withHints, withoutHints} from './slice.ts';

const VALUES = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode']);

/** Whether `spec.trafficDistribution` has a value that the controller acts on; `PreferClose` is the old name of `PreferSameZone`. */
export function isTrafficDistribution(value: unknown): value is string {
  return typeof value === 'string' && VALUES.has(value);
}

/**
 * Sets the hints that a Service's `trafficDistribution` asks for (k8s.io/endpointslice trafficdist, KEP-3015): every ready endpoint is for
 * its own zone, and with `PreferSameNode` for its own node too. Any other value takes all hints away. A slice whose hints are right
 * already stays as it is.
 */
export function distributionHints(trafficDistribution: unknown, slices: SliceGroups): SliceGroups {
  const hint = hinter(trafficDistribution);
  const stale = slices.unchanged.filter((slice) => hint(slice) !== slice);
  return {
    toCreate: slices.toCreate.map(hint),
    toUpdate: [...slices.toUpdate, ...stale].map(hint),
    unchanged: slices.unchanged.filter((slice) => !stale.includes(slice)),
  };
}

function hinter(trafficDistribution: unknown): (slice: SliceManifest) => SliceManifest {
  if (!isTrafficDistribution(trafficDistribution)) return (slice) => mapEndpoints(slice, withoutHints);
  const byNode = trafficDistribution === 'PreferSameNode';
  return (slice) => mapEndpoints(slice, (endpoint) => ownZone(endpoint, byNode));
}

/** An endpoint that is not ready keeps what it has: nobody reads it. */
function ownZone(endpoint: SliceEndpoint, byNode: boolean): SliceEndpoint {
  if (!isReady(endpoint)) return endpoint;
  const zones = endpoint.zone === undefined ? [] : [endpoint.zone];
  const nodes = byNode && endpoint.nodeName !== undefined ? [endpoint.nodeName] : [];
  const right = sameNames(endpoint.hints?.forZones, zones) && sameNames(endpoint.hints?.forNodes, nodes);
  return right ? endpoint : withHints(endpoint, zones, nodes);
}

function sameNames(hints: readonly {readonly name: string}[] | undefined, names: readonly string[]): boolean {
  return (hints?.length ?? 0) === names.length && names.every((name, index) => hints?.[index]?.name === name);
}

/** The slice with its endpoints replaced, or itself where nothing is. */
export function mapEndpoints(slice: SliceManifest, change: (endpoint: SliceEndpoint) => SliceEndpoint): SliceManifest {
  const endpoints = slice.endpoints.map(change);
  return endpoints.every((endpoint, index) => endpoint === slice.endpoints[index]) ? slice : {...slice, endpoints};
}
