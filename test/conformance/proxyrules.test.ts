import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {hostPort} from '../../src/ip/index.ts';
import type {KubernetesObject} from '../../src/model/index.ts';
import {
  endpointMap,
  healthCheckNodePorts,
  judgePacket,
  localReadyEndpoints,
  noLocalEndpoints,
  servicePortsOf,
  viewOf,
} from '../../src/routing/index.ts';

/** The parts of the table that the runner reads; conformance/README of the data tells their meaning. */
interface State {
  readonly id: string;
  readonly mode: 'nftables' | 'iptables';
  readonly ipFamily: 'IPv4' | 'IPv6';
  readonly node: {
    readonly name: string;
    readonly primaryIP: string;
    readonly localIPs: readonly string[];
    readonly labels: Record<string, string>;
  };
  readonly proxy: {
    readonly localPodCIDR: string | null;
    readonly masqueradeAll: boolean;
    readonly nodePortAddresses: readonly string[];
    readonly localhostNodePorts: boolean;
    readonly serviceCIDRs: readonly string[];
  };
  readonly objects: {readonly services: readonly KubernetesObject[]; readonly endpointSlices: readonly KubernetesObject[]};
  readonly flows: readonly Flow[];
  readonly state: {
    readonly servicePorts: readonly string[];
    readonly healthCheckNodePorts: Record<string, number>;
    readonly localReadyEndpoints: Record<string, number>;
  };
}

interface Flow {
  readonly sourceIP: string;
  readonly protocol?: 'TCP' | 'UDP' | 'SCTP';
  readonly destIP: string;
  readonly destPort: number;
  readonly expect: {readonly output: readonly string[] | string; readonly masquerade: boolean};
}

/** The objects that one kube-proxy had seen when its tables were read. */
interface Sync {
  readonly id: string;
  readonly name: string;
  readonly nodeName: string;
  readonly objects: {readonly services: readonly KubernetesObject[]; readonly endpointSlices: readonly KubernetesObject[]};
}

interface Seen {
  readonly endpoint: string;
  readonly isLocal: boolean;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
}

const table = JSON.parse(readFileSync(new URL('data/proxyrules.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly State[];
  readonly tracedCases: readonly State[];
  readonly endpointMapCases: readonly (Sync & {
    readonly expect: {
      readonly endpointsByServicePort: Record<string, readonly Seen[]>;
      readonly localReadyEndpointCount: Record<string, number>;
    };
  })[];
  readonly serviceMapCases: readonly (Sync & {
    readonly expect: {readonly servicePorts: readonly string[]; readonly healthCheckNodePorts: Record<string, number>};
  })[];
  readonly localReadyCases: readonly (Sync & {readonly expect: {readonly localReadyEndpointCount: Record<string, number>}})[];
  readonly noLocalEndpointsCases: readonly (Sync & {readonly expect: Readonly<Record<string, number>>})[];
};

for (const array of ['cases', 'tracedCases'] as const) {
  describe(`proxyrules.json ${array}: what one kube-proxy does with a packet`, () => {
    for (const state of table[array]) {
      it(`${state.id}: ${state.flows.length} flows`, () => {
        expect(state.flows.length).toBeGreaterThan(0);
        expect(differing(state)).toEqual([]);
      });
    }
  });
}

function differing(state: State): readonly string[] {
  const view = viewOf([nodeOf(state), ...state.objects.services, ...state.objects.endpointSlices]);
  return state.flows.flatMap((flow) => {
    const question = `${flow.sourceIP} -> ${flow.protocol ?? 'TCP'} ${hostPort(flow.destIP, flow.destPort)}`;
    const [expected, seen] = [expectation(flow), answer(view, state, flow)];
    return expected === seen ? [] : [`${question}: expected ${expected}, got ${seen}`];
  });
}

function nodeOf(state: State): KubernetesObject {
  return {apiVersion: 'v1', kind: 'Node', metadata: {name: state.node.name, labels: state.node.labels ?? {}}};
}

/** ACCEPT, the health check node port of iptables mode, is a rule of the filter table that no Service path goes through: `ignore` here. */
function expectation({expect: {output, masquerade}}: Flow): string {
  if (typeof output === 'string') return output === 'ACCEPT' ? '' : output;
  return words(output, masquerade);
}

function answer(view: ReturnType<typeof viewOf>, state: State, flow: Flow): string {
  const nodeIPs = [state.node.primaryIP, ...state.node.localIPs];
  const judged = judgePacket(view, {
    node: state.node.name,
    sourceIP: flow.sourceIP,
    destinationIP: flow.destIP,
    destinationPort: flow.destPort,
    protocol: flow.protocol ?? 'TCP',
    proxy: {...state.proxy, mode: state.mode, ipFamily: state.ipFamily, nodeIPs},
  });
  if (judged.verdict !== 'forward') return judged.verdict === 'ignore' ? '' : judged.verdict.toUpperCase();
  return words(
    judged.endpoints.map(({address, port}) => hostPort(address, port)),
    judged.masquerade,
  );
}

function words(endpoints: readonly string[], masquerade: boolean): string {
  return `${[...endpoints].sort().join(' ')}${masquerade ? ' masqueraded' : ''}`;
}

describe('proxyrules.json: the tables that kube-proxy derives in each state', () => {
  for (const {id, ipFamily, node, objects, state} of [...table.cases, ...table.tracedCases]) {
    it(id, () => {
      const view = viewOf([...objects.services, ...objects.endpointSlices]);
      expect(servicePortsOf(view, ipFamily)).toEqual([...state.servicePorts].sort());
      expect(Object.fromEntries(healthCheckNodePorts(view, ipFamily))).toEqual(state.healthCheckNodePorts);
      expect(Object.fromEntries(localReadyEndpoints(view, ipFamily, node.name))).toEqual(state.localReadyEndpoints);
    });
  }
});

describe('proxyrules.json endpointMapCases: endpoints of each Service port', () => {
  for (const {id, name, nodeName, objects, expect: expected} of table.endpointMapCases) {
    it(`${id} ${name}`, () => {
      const view = viewOf([...objects.services, ...objects.endpointSlices]);
      const seen = [...endpointMap(view, 'IPv4')].map(([port, endpoints]) => [
        port,
        endpoints.map(
          (endpoint): Seen => ({
            endpoint: hostPort(endpoint.address, endpoint.port),
            isLocal: endpoint.nodeName === nodeName,
            ...endpoint.conditions,
          }),
        ),
      ]);
      const inAnyOrder = Object.entries(expected.endpointsByServicePort).map(([port, list]) => [port, expect.arrayContaining([...list])]);
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(inAnyOrder));
      for (const [port, list] of seen) expect(list).toHaveLength(expected.endpointsByServicePort[port as string]?.length ?? 0);
      expect(Object.fromEntries(localReadyEndpoints(view, 'IPv4', nodeName))).toEqual(expected.localReadyEndpointCount);
    });
  }
});

describe('proxyrules.json serviceMapCases: the ports that kube-proxy handles', () => {
  for (const {id, name, objects, expect: expected} of table.serviceMapCases) {
    it(`${id} ${name}`, () => {
      const view = viewOf(objects.services);
      expect(servicePortsOf(view, 'IPv4')).toEqual([...expected.servicePorts].sort());
      expect(Object.fromEntries(healthCheckNodePorts(view, 'IPv4'))).toEqual(expected.healthCheckNodePorts);
    });
  }
});

describe('proxyrules.json localReadyCases and noLocalEndpointsCases: what health checks and metrics count', () => {
  for (const {id, name, nodeName, objects, expect: expected} of table.localReadyCases) {
    it(`${id} ${name}`, () => {
      const view = viewOf([...objects.services, ...objects.endpointSlices]);
      expect(Object.fromEntries(localReadyEndpoints(view, 'IPv4', nodeName))).toEqual(expected.localReadyEndpointCount);
    });
  }
  for (const {id, name, nodeName, objects, expect: expected} of table.noLocalEndpointsCases) {
    it(`${id} ${name}`, () => {
      const counted = noLocalEndpoints(viewOf([...objects.services, ...objects.endpointSlices]), 'IPv4', nodeName);
      expect(counted).toEqual({internal: expected['internal'], external: expected['external']});
    });
  }
});
