import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {hostPort} from '../../src/ip/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {type CandidateEndpoint, type EndpointPolicies, endpointMap, judgeEndpoints, viewOf} from '../../src/routing/index.ts';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly node: {readonly name: string; readonly labels: Record<string, string>};
  readonly service: KubernetesObject;
  readonly reachableWithDefaultGates: boolean;
  readonly endpoints: readonly {
    readonly ip: string;
    readonly port: number;
    readonly nodeName: string;
    readonly ready: boolean;
    readonly serving: boolean;
    readonly terminating: boolean;
    readonly zoneHints: readonly string[] | null;
    readonly nodeHints: readonly string[] | null;
  }[];
  readonly endpointSlices: readonly KubernetesObject[];
  readonly expect: Readonly<Record<string, unknown>>;
}

const table = JSON.parse(readFileSync(new URL('data/routing.json', import.meta.url), 'utf8')) as {readonly cases: readonly Case[]};

describe('routing.json: the endpoints of a port as one node sees them', () => {
  for (const row of table.cases) {
    if (!row.reachableWithDefaultGates) {
      it.fails(`${row.id} needs a feature gate off that 1.37 has locked on, so it must differ`, () => {
        expect(judged(fromTable(row), row)).toEqual(sorted(row.expect));
      });
      continue;
    }
    it(`${row.id} ${row.name}`, () => {
      expect(judged(fromTable(row), row)).toEqual(sorted(row.expect));
    });
    it(`${row.id} ${row.name}, from its slices`, () => {
      expect(judged(fromSlices(row), row)).toEqual(sorted(row.expect));
    });
  }
});

function fromTable(row: Case): readonly CandidateEndpoint[] {
  return row.endpoints.map(({ip, port, nodeName, zoneHints, nodeHints, ...conditions}) => ({
    address: ip,
    port,
    nodeName,
    conditions,
    hints: {forZones: zoneHints ?? [], forNodes: nodeHints ?? []},
  }));
}

function fromSlices(row: Case): readonly CandidateEndpoint[] {
  return [...endpointMap(viewOf(row.endpointSlices), 'IPv4').values()].flat();
}

function judged(endpoints: readonly CandidateEndpoint[], row: Case) {
  const {usesCluster, usesLocal, clusterEndpoints, localEndpoints, allEndpoints, hasAnyEndpoints, verdicts} = judgeEndpoints(
    endpoints,
    policiesOf(row.service),
    row.node,
  );
  expect(verdicts).toHaveLength(endpoints.length);
  return sorted({
    usesCluster,
    usesLocal,
    clusterEndpoints: clusterEndpoints?.map(text) ?? null,
    localEndpoints: localEndpoints?.map(text) ?? null,
    allEndpoints: allEndpoints.map(text),
    hasAnyEndpoints,
  });
}

function policiesOf(object: KubernetesObject): EndpointPolicies {
  const [service] = viewOf([object]).services.values();
  if (service === undefined) throw new Error('the case has no Service');
  const externallyReachable =
    service.ports.some((port) => port.nodePort !== null) || service.externalIPs.length + service.ingress.length > 0;
  return {internalTrafficPolicy: service.internalTrafficPolicy, externalTrafficPolicy: service.externalTrafficPolicy, externallyReachable};
}

function text(endpoint: CandidateEndpoint): string {
  return hostPort(endpoint.address, endpoint.port);
}

function sorted(sets: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sets).map(([key, value]) => [key, Array.isArray(value) ? [...value].sort() : value]));
}
