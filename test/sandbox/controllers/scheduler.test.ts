import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startScheduler} from '../../../src/sandbox/controllers/scheduler/scheduler.ts';
import {cluster, eventually, makePod, node, settled} from './cluster.ts';

function world(nodes: readonly KubernetesObject[] = [node('node-1'), node('node-2'), node('node-3')]) {
  const made = cluster();
  for (const one of nodes) made.api.create('nodes', one);
  const nodeOf = (name: string) => (made.api.get('pods', 'kiada', name)?.['spec'] as {nodeName?: string} | undefined)?.nodeName ?? null;
  const why = (name: string) => {
    const status = (made.api.get('pods', 'kiada', name)?.['status'] ?? {}) as {
      conditions?: {type: string; status: string; message?: string}[];
    };
    return (status.conditions ?? []).find((one) => one.type === 'PodScheduled' && one.status === 'False')?.message ?? null;
  };
  return {...made, nodeOf, why};
}

test('pods of one application go to different nodes, in the order of the nodes', async () => {
  const {api, start, nodeOf} = world();
  start(startScheduler);
  for (const name of ['quote-001', 'quote-002', 'quote-003']) makePod(api, name);
  makePod(api, 'quiz', {labels: {app: 'quiz'}});
  await eventually(
    () => ['quote-001', 'quote-002', 'quote-003', 'quiz'].map(nodeOf),
    (nodes) => !nodes.includes(null),
  );
  expect(['quote-001', 'quote-002', 'quote-003', 'quiz'].map(nodeOf)).toEqual(['node-1', 'node-2', 'node-3', 'node-1']);
  const events = api.list('events', 'kiada').filter((event) => event['reason'] === 'Scheduled');
  expect(events.map((event) => event['message'])).toContain('Successfully assigned kiada/quote-001 to node-1');
  expect(events[0]).toMatchObject({reportingComponent: 'default-scheduler', action: 'Binding', type: 'Normal'});
});

test('a pod that no node can take says why, and is put on the first node that can', async () => {
  const taint = {key: 'gpu', value: 'yes', effect: 'NoSchedule'};
  const {api, start, nodeOf, why} = world([
    node('node-1', {spec: {taints: [taint]}}),
    node('node-2', {spec: {unschedulable: true}}),
    node('node-3', {ready: 'Unknown'}),
  ]);
  start(startScheduler);
  makePod(api, 'a');
  await eventually(
    () => why('a'),
    (message) => message !== null,
  );
  expect(why('a')).toMatch(/^0\/3 nodes are available: 1 node\(s\) were unschedulable, 2 node\(s\) had untolerated taint\(s\)\./);
  expect(api.list('events', 'kiada').map((event) => event['reason'])).toEqual(['FailedScheduling']);
  api.change('nodes', '', 'node-2', (draft) => {
    draft.spec.unschedulable = false;
  });
  await eventually(
    () => nodeOf('a'),
    (name) => name === 'node-2',
  );
  expect(why('a')).toBeNull();
});

test('tolerations, node selectors and required node affinity are obeyed', async () => {
  const taint = {key: 'gpu', value: 'yes', effect: 'NoSchedule'};
  const {api, start, nodeOf} = world([node('node-1', {spec: {taints: [taint]}}), node('node-2', {labels: {disk: 'ssd'}}), node('node-3')]);
  start(startScheduler);
  const terms = [{matchExpressions: [{key: 'disk', operator: 'DoesNotExist'}]}];
  const affinity = {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: terms}}};
  makePod(api, 'a', {labels: {}, spec: {tolerations: [{key: 'gpu', operator: 'Exists'}], containers: [{name: 'c'}]}});
  makePod(api, 'b', {labels: {}, spec: {nodeSelector: {disk: 'ssd'}}});
  makePod(api, 'c', {labels: {}, spec: {affinity}});
  await eventually(
    () => ['a', 'b', 'c'].map(nodeOf),
    (nodes) => !nodes.includes(null),
  );
  expect(['a', 'b', 'c'].map(nodeOf)).toEqual(['node-1', 'node-2', 'node-3']);
});

test('pod anti-affinity keeps the second pod off, host ports and CPU are counted', async () => {
  const {api, start, nodeOf, why} = world([node('node-1')]);
  start(startScheduler);
  const term = {labelSelector: {matchLabels: {app: 'quote'}}, topologyKey: 'topology.kubernetes.io/zone'};
  const affinity = {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [term]}};
  makePod(api, 'a', {spec: {affinity}});
  await eventually(
    () => nodeOf('a'),
    (name) => name !== null,
  );
  makePod(api, 'b', {spec: {affinity}});
  makePod(api, 'c', {
    labels: {},
    spec: {containers: [{name: 'c', ports: [{containerPort: 80, hostPort: 80}], resources: {requests: {cpu: '3500m'}}}]},
  });
  await eventually(
    () => nodeOf('c'),
    (name) => name !== null,
  );
  makePod(api, 'd', {labels: {}, spec: {containers: [{name: 'c', ports: [{containerPort: 80, hostPort: 80}]}]}});
  makePod(api, 'e', {labels: {}, spec: {containers: [{name: 'c', resources: {requests: {cpu: '1'}}}]}});
  await settled(api);
  expect(why('b')).toContain("1 node(s) didn't match pod anti-affinity rules");
  expect(why('d')).toContain("1 node(s) didn't have free ports for the requested pod ports");
  expect(why('e')).toContain('1 Insufficient cpu');
  api.delete('pods', 'kiada', 'c', {graceSeconds: 0});
  await eventually(
    () => nodeOf('e'),
    (name) => name === 'node-1',
  );
});

test('a pod with gates, another scheduler or a claim that is missing is left waiting', async () => {
  const {api, start, nodeOf, why} = world();
  start(startScheduler);
  makePod(api, 'gated', {spec: {schedulingGates: [{name: 'x'}]}});
  makePod(api, 'other', {spec: {schedulerName: 'mine'}});
  makePod(api, 'claims', {spec: {volumes: [{name: 'v', persistentVolumeClaim: {claimName: 'data'}}]}});
  await settled(api);
  expect(['gated', 'other', 'claims'].map(nodeOf)).toEqual([null, null, null]);
  expect(why('claims')).toContain('persistentvolumeclaim "data" not found');
  api.create('persistentvolumeclaims', {metadata: {name: 'data', namespace: 'kiada'}, spec: {}});
  await eventually(
    () => nodeOf('claims'),
    (name) => name !== null,
  );
});
