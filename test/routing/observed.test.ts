import {describe, expect, it} from 'vitest';
import type {ClusterView, Path, Route} from '../../src/model/index.ts';
import {route} from '../../src/routing/index.ts';
import {endpoint, rig, service, slice} from './cluster.ts';

// The cells of the truth table that connections in a genuine 1.37 cluster gave: servers that answered <- addresses that they saw.
// gwN is node N's address on the pod side. Rows: from; columns: the path, with the entry node of a node port.

const COLUMNS: Readonly<Record<string, readonly [Path, string?]>> = {
  clusterip: ['clusterip'],
  node1: ['nodeport', 'node1'],
  node3: ['nodeport', 'node3'],
  loadbalancer: ['loadbalancer'],
};
const CLIENT = 'outside/172.31.0.10';

interface Scenario {
  readonly name: string;
  readonly view: ClusterView;
  readonly rows: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const both = 't-1+t-2 <-';
const viaNode1 = `${both} gw1, node1`;
const viaNode3 = `${both} node3`;
const refused = {clusterip: 'refused', node1: 'refused', node3: 'refused', loadbalancer: 'refused'};

const scenarios: readonly Scenario[] = [
  {
    name: 'LoadBalancer, both policies Cluster',
    view: rig([service({type: 'LoadBalancer'}), slice()]),
    rows: {
      'pod/t-1': {clusterip: `${both} gw1, pod t-1`, node1: viaNode1, node3: viaNode3, loadbalancer: viaNode1},
      'pod/t-2': {clusterip: `${both} gw2, pod t-2`, node1: viaNode1, node3: viaNode3, loadbalancer: `${both} gw2, node2`},
      'pod/t-3': {clusterip: `${both} pod t-3`, node1: viaNode1, node3: viaNode3, loadbalancer: viaNode3},
      'node/node1': {clusterip: viaNode1, node1: viaNode1, node3: viaNode3, loadbalancer: viaNode1},
      'node/node3': {clusterip: viaNode3, node1: viaNode1, node3: viaNode3, loadbalancer: viaNode3},
      [CLIENT]: {clusterip: 'unreachable', node1: viaNode1, node3: viaNode3, loadbalancer: `${both} gw1, gw2, node1, node2, node3`},
    },
  },
  {
    name: 'LoadBalancer, externalTrafficPolicy Local',
    view: rig([service({type: 'LoadBalancer', externalTrafficPolicy: 'Local', healthCheckNodePort: 31_000}), slice()]),
    rows: {
      'pod/t-1': {clusterip: `${both} gw1, pod t-1`, node1: `${both} gw1, pod t-1`, node3: 'timeout', loadbalancer: `${both} gw1, pod t-1`},
      'pod/t-2': {clusterip: `${both} gw2, pod t-2`, node1: 't-1 <- node2', node3: 'timeout', loadbalancer: `${both} gw2, pod t-2`},
      'pod/t-3': {clusterip: `${both} pod t-3`, node1: 't-1 <- node3', node3: `${both} pod t-3`, loadbalancer: `${both} pod t-3`},
      'node/node1': {clusterip: viaNode1, node1: viaNode1, node3: 'timeout', loadbalancer: viaNode1},
      'node/node3': {clusterip: viaNode3, node1: 't-1 <- node3', node3: viaNode3, loadbalancer: viaNode3},
      [CLIENT]: {node1: 't-1 <- client', node3: 'timeout', loadbalancer: `${both} client`},
    },
  },
  {
    name: 'NodePort, internalTrafficPolicy Local',
    view: rig([service({type: 'NodePort', internalTrafficPolicy: 'Local'}), slice()]),
    rows: {
      'pod/t-1': {clusterip: 't-1 <- gw1', node1: viaNode1, node3: viaNode3},
      'pod/t-2': {clusterip: 't-2 <- gw2', node1: viaNode1, node3: viaNode3},
      'pod/t-3': {clusterip: 'timeout', node1: viaNode1, node3: viaNode3},
      'node/node1': {clusterip: 't-1 <- gw1', node1: viaNode1, node3: viaNode3},
      'node/node3': {clusterip: 'timeout', node1: viaNode1, node3: viaNode3},
      [CLIENT]: {node1: viaNode1, node3: viaNode3},
    },
  },
  ...(['forNodes', 'forZones'] as const).map((hint) => ({
    name: `ClusterIP with hints ${hint}`,
    view: rig([service({}), slice([endpoint(1, hinted(hint, 1)), endpoint(2, hinted(hint, 2))])]),
    rows: {
      'pod/t-1': {clusterip: 't-1 <- gw1'},
      'pod/t-2': {clusterip: 't-2 <- gw2'},
      'pod/t-3': {clusterip: `${both} pod t-3`},
      'node/node1': {clusterip: 't-1 <- gw1'},
      'node/node3': {clusterip: viaNode3},
    },
  })),
  {
    name: 'LoadBalancer without any endpoint',
    view: rig([service({type: 'LoadBalancer'}), slice([])]),
    rows: {
      'pod/t-1': refused,
      'node/node1': refused,
      'node/node3': refused,
      [CLIENT]: {node1: 'refused', node3: 'refused', loadbalancer: 'refused'},
    },
  },
  {
    name: 'LoadBalancer without any endpoint, iptables mode: the node’s own packet to the balancer is not refused',
    view: rig([service({type: 'LoadBalancer'}), slice([])], {proxyMode: 'iptables'}),
    rows: {'pod/t-1': refused, 'node/node1': {...refused, loadbalancer: 'timeout'}},
  },
];

for (const {name, view, rows} of scenarios) {
  describe(`as observed: ${name}`, () => {
    for (const [from, cells] of Object.entries(rows)) {
      it(`from ${from}`, () => {
        const seen = Object.keys(cells).map((column) => [column, cell(view, from, column)]);
        expect(Object.fromEntries(seen)).toEqual(cells);
      });
    }
  });
}

function hinted(hint: 'forNodes' | 'forZones', number: number) {
  return {hints: {[hint]: [{name: hint === 'forNodes' ? `node${number}` : `zone-${'abc'[number - 1]}`}]}};
}

function cell(view: ClusterView, from: string, column: string): string {
  const [via, entryNode] = COLUMNS[column] as readonly [Path, string?];
  const routes = route(view, {service: {namespace: 'default', name: 't'}, from, via, ...(entryNode ? {entryNode} : {})});
  expect(routes.length).toBeGreaterThan(0);
  const verdicts = [...new Set(routes.map(({verdict}) => verdict))];
  expect(verdicts).toHaveLength(1);
  if (verdicts[0] === 'forward') return servers(routes);
  return verdicts[0] === 'reject' ? 'refused' : verdicts[0] === 'drop' ? 'timeout' : (verdicts[0] as string);
}

function servers(routes: readonly Route[]): string {
  const endpoints = routes.flatMap((found) => found.endpoints);
  const pods = [...new Set(endpoints.map(({pod}) => pod))].sort().join('+');
  const sources = [...new Set(endpoints.map(({sourceSeen}) => nameOf(sourceSeen)))].sort().join(', ');
  return `${pods} <- ${sources}`;
}

function nameOf(address: string | null): string {
  const text = address ?? 'unknown';
  return text
    .replace(/^10\.244\.(\d)\.1$/, 'gw$1')
    .replace(/^10\.244\.(\d)\.5$/, 'pod t-$1')
    .replace(/^172\.30\.0\.1(\d)$/, 'node$1')
    .replace('172.31.0.10', 'client');
}
