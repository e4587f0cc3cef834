import {isTrafficDistribution} from '../../endpoints/index.ts';
import type {EndpointStatus, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines, names, patchService} from '../words.ts';

export const hintsIncomplete: Rule = {
  code: 'KIA0504',
  name: 'HintsIncomplete',
  severity: 'warning',
  certainty: 'proven',
  summary: 'Some ready endpoints carry topology hints and others none, so that no node follows any.',
  why: 'kube-proxy follows hints only if every ready endpoint of the port has one. An endpoint gets none when its node has no zone, or when its slice was written by hand.',
  remedy: 'Label the nodes with their zone, and give hints to the slices written by hand.',
  needs: ['endpointslices'],
  live: true,
  *check(facts, service) {
    const ready = facts.endpoints(service).filter((endpoint) => endpoint.ready);
    const bare = ready.filter((endpoint) => endpoint.hints.zones.length === 0 && endpoint.hints.nodes.length === 0);
    if (bare.length === 0 || bare.length === ready.length) return;
    yield {
      message: `${bare.length} of ${ready.length} ready endpoints carry no topology hint: every node ignores the hints`,
      evidence: lines(
        bare.map((endpoint) => `${endpoint.address} in slice ${endpoint.slice}: no hint, zone ${endpoint.zone ?? 'unknown'}`),
      ),
      remedy: remedyFor(bare),
    };
  },
};

function remedyFor(bare: readonly EndpointStatus[]): string {
  const node = bare.find((endpoint) => endpoint.zone === null && endpoint.node !== null)?.node;
  return node == null
    ? 'give the endpoints of these slices hints, or none to all'
    : kubectl('', 'label', 'node', node, 'topology.kubernetes.io/zone=ZONE');
}

export const distributionUnknown: Rule = {
  code: 'KIA0506',
  name: 'TrafficDistributionUnknown',
  severity: 'error',
  certainty: 'proven',
  summary: 'trafficDistribution has a value that does not exist.',
  why: 'It takes PreferSameZone, PreferSameNode, and PreferClose, the old name of PreferSameZone. The API refuses others.',
  remedy: 'Use one of these values, or leave it out.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.trafficDistribution === null || isTrafficDistribution(service.trafficDistribution)) return;
    yield {
      message: `trafficDistribution "${service.trafficDistribution}" does not exist`,
      field: 'spec.trafficDistribution',
      remedy: patchService(service, {spec: {trafficDistribution: 'PreferSameZone'}}),
    };
  },
};

/** A zone whose endpoints get this many times the average share is called overloaded. */
const OVERLOAD = 3;

export const zoneOverloaded: Rule = {
  code: 'KIA0507',
  name: 'ZoneOverloaded',
  severity: 'warning',
  certainty: 'possible',
  summary: 'Keeping traffic in its zone sends one zone far more than its endpoints can share.',
  why: 'trafficDistribution has no safeguard against overload: all callers of a zone use the endpoints of that zone, however few they are.',
  remedy: 'Spread the pods over the zones as the callers are (topologySpreadConstraints), or do without trafficDistribution.',
  needs: ['endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    const worst = overloaded(facts, service);
    if (worst === null) return;
    yield {
      message: `zone ${worst.zone}: ${worst.endpoints} of ${worst.allEndpoints} endpoints serve${worst.endpoints === 1 ? 's' : ''} ${worst.nodes} of ${worst.allNodes} nodes`,
      evidence: [`spec.trafficDistribution: ${service.trafficDistribution}`],
      field: 'spec.trafficDistribution',
      remedy: 'spread the pods: topologySpreadConstraints over topology.kubernetes.io/zone in the pod template',
    };
  },
};

function overloaded(facts: Facts, service: Service) {
  if (service.trafficDistribution === null || service.headless) return null;
  const nodes = [...facts.view.nodes.values()].filter((node) => node.ready && node.zone !== null);
  const ready = facts.endpoints(service).filter((endpoint) => endpoint.ready);
  if (ready.some((endpoint) => endpoint.hints.zones.length === 0)) return null;
  const zones = [...new Set(nodes.map((node) => node.zone ?? ''))].map((zone) => {
    const endpoints = ready.filter((endpoint) => endpoint.hints.zones.includes(zone)).length;
    const inZone = nodes.filter((node) => node.zone === zone).length;
    const load = endpoints === 0 ? 0 : (inZone / nodes.length) * (ready.length / endpoints);
    return {zone, endpoints, nodes: inZone, load, allEndpoints: ready.length, allNodes: nodes.length};
  });
  return zones.toSorted((a, b) => b.load - a.load).find((zone) => zone.load >= OVERLOAD) ?? null;
}

export const nodesWithoutZone: Rule = {
  code: 'KIA0508',
  name: 'NodesWithoutZone',
  severity: 'warning',
  certainty: 'proven',
  summary: 'Traffic should stay in its zone, but some nodes tell none.',
  why: 'A node without the label topology.kubernetes.io/zone ignores zone hints, and endpoints on it get none, which makes all nodes ignore them.',
  remedy: 'Label the nodes.',
  needs: ['nodes'],
  live: true,
  *check(facts, service) {
    if (service.trafficDistribution === null || service.headless || service.type === 'ExternalName') return;
    const nodes = [...facts.view.nodes.values()];
    const bare = nodes.filter((node) => node.zone === null);
    const holding = new Set(facts.endpoints(service).map((endpoint) => endpoint.node));
    // endpoints without a hint have a finding of their own
    if (bare.length === 0 || bare.some((node) => holding.has(node.name))) return;
    yield {
      message: `${bare.length} of ${nodes.length} nodes tell no zone: pods there ignore trafficDistribution ${service.trafficDistribution}`,
      evidence: [`without topology.kubernetes.io/zone: ${names(bare.map((node) => node.name))}`],
      field: 'spec.trafficDistribution',
      remedy: kubectl('', 'label', 'node', bare[0]?.name ?? '', 'topology.kubernetes.io/zone=ZONE'),
    };
  },
};

export const localIgnoresHints: Rule = {
  code: 'KIA0511',
  name: 'LocalPolicyIgnoresDistribution',
  severity: 'warning',
  certainty: 'proven',
  summary: 'internalTrafficPolicy Local makes trafficDistribution have no effect for the cluster IP.',
  why: 'With Local, a node uses its own endpoints and no others; hints are not looked at.',
  remedy: 'Choose one: PreferSameNode falls back to other nodes, Local never does.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.internalTrafficPolicy !== 'Local' || service.trafficDistribution === null || service.headless) return;
    yield {
      message: `trafficDistribution ${service.trafficDistribution} has no effect under internalTrafficPolicy Local`,
      field: 'spec.trafficDistribution',
      remedy: patchService(service, {spec: {internalTrafficPolicy: 'Cluster', trafficDistribution: 'PreferSameNode'}}),
    };
  },
};
