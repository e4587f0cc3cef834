import {describe, expect, it} from 'vitest';
import type {KubernetesObject, Path} from '../../../src/model/index.ts';
import {route} from '../../../src/routing/index.ts';
import type {NetworkOrigin} from '../../../src/sandbox/pod-network.ts';
import {viewOf} from '../../../src/view/index.ts';
import {endpointOf, type PodSpec, podIP, replyOf, serviceObject, sliceObject, testCluster} from './small-cluster.ts';

const OUTSIDE_IP = '172.18.0.1';
const LB = '172.18.255.200';
const CONNECTIONS = 60;

const PODS: Readonly<Record<string, readonly PodSpec[]>> = {
  'a pod on two of three nodes': [
    {name: 'w-1', node: 1},
    {name: 'w-2', node: 2},
  ],
  'two pods on one node, one of them not ready': [
    {name: 'w-1', node: 1},
    {name: 'w-2', node: 1, ready: false},
  ],
  'the only pod terminates': [{name: 'w-1', node: 2, terminating: true}],
  'no pod': [],
};

const SPECS: Readonly<Record<string, Record<string, unknown>>> = {
  'policies Cluster': {},
  'externalTrafficPolicy Local': {externalTrafficPolicy: 'Local', healthCheckNodePort: 32_000},
  'internalTrafficPolicy Local': {internalTrafficPolicy: 'Local'},
  'both Local': {externalTrafficPolicy: 'Local', internalTrafficPolicy: 'Local', healthCheckNodePort: 32_000},
  'source ranges that leave outside out': {loadBalancerSourceRanges: ['10.0.0.0/8']},
};

const ORIGINS: readonly NetworkOrigin[] = [
  {kind: 'Pod', namespace: 'kiada', name: 'w-1'},
  {kind: 'Pod', namespace: 'kiada', name: 'client'},
  {kind: 'Node', name: 'sandbox-1'},
  {kind: 'Node', name: 'sandbox-3'},
  {kind: 'Outside', ip: OUTSIDE_IP},
];

function podObject(spec: PodSpec, index: number): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {name: spec.name, namespace: 'kiada'},
    spec: {nodeName: `sandbox-${spec.node}`, containers: []},
    status: {phase: 'Running', podIPs: [{ip: podIP(spec, index)}]},
  } as KubernetesObject;
}

/** What the routes from there along the path allow: `ENDPOINT ← SOURCE`, or how it fails. */
function predicted(objects: readonly KubernetesObject[], from: NetworkOrigin, via: Path, entryNode?: string): Set<string> {
  const view = viewOf(objects, {serviceCIDRs: ['10.96.0.0/16']});
  const service = {namespace: 'kiada', name: 'web'};
  const routes = route(view, {service, from, via, ...(entryNode === undefined ? {} : {entryNode})});
  return new Set(
    routes.flatMap((each) => {
      if (each.verdict === 'reject') return ['ECONNREFUSED'];
      if (each.verdict === 'drop') return ['ETIMEDOUT'];
      if (each.verdict !== 'forward') return ['ENETUNREACH'];
      return each.endpoints.map(({address}) => address);
    }),
  );
}

describe('what the data plane does is what the routing core predicts', () => {
  for (const [kind, spec] of Object.entries(SPECS)) {
    for (const [where, pods] of Object.entries(PODS)) {
      it(`${kind}, ${where}`, async () => {
        const ports = [{port: 80, targetPort: 8080, nodePort: 30_080, protocol: 'TCP'}];
        const service = {type: 'LoadBalancer', clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'], ports, ...spec};
        const client: PodSpec = {name: 'client', node: 3};
        const made = testCluster([
          serviceObject('web', service, {loadBalancer: {ingress: [{ip: LB}]}}),
          sliceObject('web', pods.map(endpointOf)),
          ...pods.map(podObject),
          podObject(client, 9),
        ]);
        for (const [index, each] of pods.entries()) made.serve(each, index);
        made.attach(client, 9);
        const cells: {from: NetworkOrigin; via: Path; host: string; port: number; entry?: string}[] = ORIGINS.filter(
          (from) => from.kind !== 'Pod' || from.name === 'client' || pods.length > 0,
        ).flatMap((from) => [
          {from, via: 'clusterip' as const, host: '10.96.1.1', port: 80},
          {from, via: 'nodeport' as const, host: '172.18.0.2', port: 30_080, entry: 'sandbox-1'},
          {from, via: 'nodeport' as const, host: '172.18.0.4', port: 30_080, entry: 'sandbox-3'},
          {from, via: 'loadbalancer' as const, host: LB, port: 80},
        ]);
        expect(cells.length).toBeGreaterThan(0);
        for (const {from, via, host, port, entry} of cells) {
          const seen = new Set<string>();
          for (let count = 0; count < CONNECTIONS; count++) {
            const result = await made.network.dial(from, {host, port}, {timeoutMs: 1}).then(
              async ({connection, endpoint, sourceSeen}) => {
                expect(await replyOf(connection)).toBe(`${endpoint.pod?.name} ${sourceSeen}`);
                return endpoint.address;
              },
              (error: {code: string}) => error.code,
            );
            seen.add(result);
            if (result.startsWith('E')) break;
          }
          expect([from, via, entry, seen]).toEqual([from, via, entry, predicted(made.objects, from, via, entry)]);
        }
      });
    }
  }
});

it('the source that a server sees is the one that is predicted', async () => {
  const pods = PODS['a pod on two of three nodes'] as readonly PodSpec[];
  for (const [kind, spec] of Object.entries(SPECS)) {
    const ports = [{port: 80, targetPort: 8080, nodePort: 30_080, protocol: 'TCP'}];
    const client: PodSpec = {name: 'client', node: 3};
    const made = testCluster([
      serviceObject('web', {type: 'LoadBalancer', clusterIP: '10.96.1.1', clusterIPs: ['10.96.1.1'], ports, ...spec}),
      sliceObject('web', pods.map(endpointOf)),
      podObject(client, 9),
    ]);
    for (const [index, each] of pods.entries()) made.serve(each, index);
    made.attach(client, 9);
    const view = viewOf(made.objects, {serviceCIDRs: ['10.96.0.0/16']});
    for (const from of ORIGINS.filter((origin) => origin.kind !== 'Pod' || origin.name === 'client')) {
      for (const one of route(view, {service: {namespace: 'kiada', name: 'web'}, from, via: 'all'})) {
        if (one.verdict !== 'forward' || one.address === null || one.port === null) continue;
        const {connection, sourceSeen} = await made.network.dial(from, {host: one.address, port: one.port});
        connection.destroy();
        expect([kind, one.from, one.via, one.entryNode, sourceSeen]).toEqual([kind, one.from, one.via, one.entryNode, one.sourceSeen]);
      }
    }
  }
});
