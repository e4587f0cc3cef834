import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startNodeLifecycleController} from '../../../src/sandbox/controllers/nodes/node-lifecycle-controller.ts';
import {startPodGarbageCollector} from '../../../src/sandbox/controllers/nodes/pod-garbage-collector.ts';
import {startTaintEvictionController} from '../../../src/sandbox/controllers/nodes/taint-eviction-controller.ts';
import {cluster, eventually, makePod, node, settled} from './cluster.ts';

function world() {
  const made = cluster();
  const {api, clock} = made;
  api.create('namespaces', {metadata: {name: 'kube-node-lease'}});
  api.create('nodes', node('node-1'));
  api.create('leases', {metadata: {name: 'node-1', namespace: 'kube-node-lease'}, spec: {renewTime: 'start'}});
  const beat = () =>
    api.change('leases', 'kube-node-lease', 'node-1', (draft) => {
      draft.spec.renewTime = String(clock.now());
    });
  const taints = () =>
    ((api.get('nodes', '', 'node-1')?.['spec'] as {taints?: {key: string; effect: string}[]} | undefined)?.taints ?? []).map(
      ({key, effect}) => `${key.split('/')[1]}:${effect}`,
    );
  const ready = (object: KubernetesObject | null) =>
    (object?.['status'] as {conditions?: {type: string; status: string}[]} | undefined)?.conditions?.find(({type}) => type === 'Ready')
      ?.status;
  const nodeReady = () => ready(api.get('nodes', '', 'node-1'));
  const podReady = (name: string) => ready(api.get('pods', 'kiada', name));
  return {...made, beat, taints, nodeReady, podReady};
}

test('a node whose kubelet is silent turns Unknown, is tainted, and its pods are no longer ready', async () => {
  const {api, clock, start, beat, taints, nodeReady, podReady} = world();
  makePod(api, 'a', {ip: '10.244.1.5', spec: {nodeName: 'node-1'}});
  start(startNodeLifecycleController);
  await settled(api);
  for (let round = 0; round < 6; round++) {
    clock.advance(10_000);
    beat();
    await settled(api);
  }
  expect([nodeReady(), podReady('a')]).toEqual(['True', 'True']);
  clock.advance(50_000);
  await eventually(nodeReady, (status) => status === 'Unknown');
  await eventually(
    () => podReady('a'),
    (status) => status === 'False',
  );
  expect(taints()).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
  expect(
    api
      .list('events')
      .map((event) => event['reason'])
      .sort(),
  ).toEqual(['NodeNotReady', 'NodeNotReady']);
});

test('a node that is back loses its taints; those of others stay; a cordoned one is tainted so', async () => {
  const {api, start, taints} = world();
  api.change('nodes', '', 'node-1', (draft) => {
    draft.spec = {taints: [{key: 'example.com/gpu', effect: 'NoSchedule'}]};
    draft.status.conditions[0].status = 'False';
  });
  const setReady = (status: string) =>
    api.change(
      'nodes',
      '',
      'node-1',
      (draft) => {
        draft.status.conditions[0].status = status;
      },
      {subresource: 'status'},
    );
  setReady('False');
  start(startNodeLifecycleController);
  await eventually(taints, (found) => found.join() === 'gpu:NoSchedule,not-ready:NoSchedule,not-ready:NoExecute');
  setReady('True');
  await eventually(taints, (found) => found.join() === 'gpu:NoSchedule');
  api.change('nodes', '', 'node-1', (draft) => {
    draft.spec.unschedulable = true;
  });
  await eventually(taints, (found) => found.join() === 'gpu:NoSchedule,unschedulable:NoSchedule');
});

test('pods leave a tainted node when their toleration runs out: at once, later or never', async () => {
  const {api, clock, start} = world();
  const tolerate = (more: object) => ({key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', ...more});
  makePod(api, 'none', {ip: '10.244.1.1', spec: {nodeName: 'node-1'}});
  makePod(api, 'some', {ip: '10.244.1.2', spec: {nodeName: 'node-1', tolerations: [tolerate({tolerationSeconds: 300})]}});
  makePod(api, 'all', {ip: '10.244.1.3', spec: {nodeName: 'node-1', tolerations: [tolerate({})]}});
  start(startNodeLifecycleController);
  start(startTaintEvictionController);
  await settled(api);
  const going = () =>
    api
      .list('pods', 'kiada')
      .filter((pod) => pod.metadata?.deletionTimestamp !== undefined)
      .map((pod) => pod.metadata?.name);
  expect(going()).toEqual([]);
  clock.advance(50_000);
  await eventually(going, (names) => names.join() === 'none');
  clock.advance(299_000);
  await settled(api);
  expect(going()).toEqual(['none']);
  clock.advance(1000);
  await eventually(going, (names) => names.join() === 'none,some');
});

test('pods of a node that is gone are removed after a while, unless it comes back', async () => {
  const {api, clock, start} = world();
  makePod(api, 'a', {ip: '10.244.1.1', spec: {nodeName: 'node-1'}});
  makePod(api, 'b', {ip: '10.244.2.1', spec: {nodeName: 'node-2'}});
  start(startPodGarbageCollector);
  api.delete('nodes', '', 'node-1');
  await settled(api);
  clock.advance(20_000);
  api.create('nodes', node('node-2'));
  await settled(api);
  expect(api.list('pods').length).toBe(2);
  clock.advance(20_000);
  await eventually(
    () => api.list('pods').map((pod) => pod.metadata?.name),
    (names) => names.join() === 'b',
  );
});
