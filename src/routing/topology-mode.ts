import {type CandidateEndpoint, isReady} from './endpoint-set.ts';

/** Which hints a node follows: its own name, its zone, or none. */
export type TopologyMode = 'node' | 'zone' | 'none';

/**
 * Hints count only if every ready endpoint has one and one of them matches; node hints come before zone hints
 * (KEP-2433, KEP-3015; pkg/proxy/topology.go). `trafficDistribution` itself is never read: the hints on the endpoints are.
 */
export function topologyMode(endpoints: readonly CandidateEndpoint[], nodeName: string, zone: string | null): TopologyMode {
  const ready = endpoints.filter(isReady);
  if (ready.length === 0) return 'none';
  if (allHinted(ready, 'forNodes') && ready.some((endpoint) => endpoint.hints.forNodes.includes(nodeName))) return 'node';
  if (allHinted(ready, 'forZones') && ready.some((endpoint) => endpoint.hints.forZones.includes(zone ?? ''))) return 'zone';
  return 'none';
}

/** Whether the endpoint may be used from this node under the mode. */
export function followsTopology(endpoint: CandidateEndpoint, mode: TopologyMode, nodeName: string, zone: string | null): boolean {
  if (mode === 'node') return endpoint.hints.forNodes.includes(nodeName);
  if (mode === 'zone') return endpoint.hints.forZones.includes(zone ?? '');
  return true;
}

function allHinted(ready: readonly CandidateEndpoint[], hint: 'forNodes' | 'forZones'): boolean {
  return ready.every((endpoint) => endpoint.hints[hint].length > 0);
}
