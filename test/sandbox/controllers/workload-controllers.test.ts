import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startGarbageCollector} from '../../../src/sandbox/controllers/garbage-collector.ts';
import {startScheduler} from '../../../src/sandbox/controllers/scheduler/scheduler.ts';
import {startDaemonSetController} from '../../../src/sandbox/controllers/workloads/daemon-set-controller.ts';
import {startJobController} from '../../../src/sandbox/controllers/workloads/job-controller.ts';
import {startStatefulSetController} from '../../../src/sandbox/controllers/workloads/stateful-set-controller.ts';
import {cluster, eventually, node, playKubelets, setPod, settled} from './cluster.ts';

const template = (image = 'quiz:1', spec: object = {}) => ({
  metadata: {labels: {app: 'quiz'}},
  spec: {containers: [{name: 'c', image}], terminationGracePeriodSeconds: 30, ...spec},
});
const workload = (spec: object): KubernetesObject => ({
  metadata: {name: 'quiz', namespace: 'kiada'},
  spec: {selector: {matchLabels: {app: 'quiz'}}, template: template(), ...spec},
});

function world() {
  const made = cluster();
  const {api} = made;
  const names = () => api.list('pods', 'kiada').map((pod) => pod.metadata?.name ?? '');
  const status = (resource: string) => (api.get(resource, 'kiada', 'quiz')?.['status'] ?? {}) as Record<string, unknown>;
  const play = (isReady?: (pod: KubernetesObject) => boolean) => {
    const stop = playKubelets(api, isReady);
    made.start(() => ({close: stop}));
  };
  const end = (name: string, phase: string) =>
    api.change(
      'pods',
      'kiada',
      name,
      (draft) => {
        draft.status = {...draft.status, phase};
      },
      {subresource: 'status'},
    );
  return {...made, names, status, play, end};
}

test('a StatefulSet makes its pods one after the other, each with its name, host and claim', async () => {
  const {api, start, names, status} = world();
  start(startStatefulSetController);
  const claim = {metadata: {name: 'data'}, spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}};
  api.create('statefulsets', workload({replicas: 2, serviceName: 'quiz-pods', volumeClaimTemplates: [claim]}));
  await settled(api);
  expect(names()).toEqual(['quiz-0']);
  setPod(api, 'quiz-0', '10.244.0.1', true);
  await eventually(names, (found) => found.join() === 'quiz-0,quiz-1');
  expect(api.get('pods', 'kiada', 'quiz-1')?.['spec']).toMatchObject({
    hostname: 'quiz-1',
    subdomain: 'quiz-pods',
    volumes: [{name: 'data', persistentVolumeClaim: {claimName: 'data-quiz-1'}}],
  });
  expect(api.list('persistentvolumeclaims', 'kiada').map((one) => one.metadata?.name)).toEqual(['data-quiz-0', 'data-quiz-1']);
  setPod(api, 'quiz-1', '10.244.0.2', true);
  await eventually(
    () => status('statefulsets')['readyReplicas'],
    (ready) => ready === 2,
  );
});

test('a StatefulSet is renewed from its last pod down, and shrinks from the end', async () => {
  const {api, start, names, status, play} = world();
  play();
  start(startStatefulSetController);
  api.create('statefulsets', workload({replicas: 3, serviceName: 'quiz-pods'}));
  await eventually(
    () => status('statefulsets')['readyReplicas'],
    (ready) => ready === 3,
  );
  const removed: string[] = [];
  api.watch(({type, resource, object}) => {
    if (type === 'DELETED' && resource === 'pods') removed.push(object.metadata?.name ?? '');
  });
  api.change('statefulsets', 'kiada', 'quiz', (draft) => {
    draft.spec.template.spec.containers[0].image = 'quiz:2';
  });
  await eventually(
    () => removed,
    (gone) => gone.length === 3 && status('statefulsets')['updatedReplicas'] === 3,
  );
  expect(removed).toEqual(['quiz-2', 'quiz-1', 'quiz-0']);
  api.change('statefulsets', 'kiada', 'quiz', (draft) => {
    draft.spec.replicas = 1;
  });
  await eventually(names, (found) => found.join() === 'quiz-0');
});

test('a DaemonSet has a pod on each node that fits, cordoned ones too, and follows nodes', async () => {
  const {api, start, status, play} = world();
  play();
  start(startScheduler);
  start(startDaemonSetController);
  start(startGarbageCollector);
  const taint = {key: 'gpu', value: 'yes', effect: 'NoSchedule'};
  for (const one of [node('node-1'), node('node-2', {spec: {unschedulable: true}}), node('node-3', {spec: {taints: [taint]}})])
    api.create('nodes', one);
  api.create('daemonsets', workload({}));
  const nodes = () =>
    api
      .list('pods', 'kiada')
      .map((pod) => (pod['spec'] as {nodeName?: string}).nodeName)
      .sort();
  await eventually(nodes, (found) => found.join() === 'node-1,node-2');
  await eventually(
    () => status('daemonsets')['numberReady'],
    (ready) => ready === 2,
  );
  api.create('nodes', node('node-4'));
  await eventually(nodes, (found) => found.join() === 'node-1,node-2,node-4');
  api.change('daemonsets', 'kiada', 'quiz', (draft) => {
    draft.spec.template.spec.containers[0].image = 'quiz:2';
  });
  await eventually(
    () => status('daemonsets')['updatedNumberScheduled'],
    (updated) => updated === 3,
  );
  await settled(api);
  expect(nodes()).toEqual(['node-1', 'node-2', 'node-4']);
});

test('a Job runs as many pods as it is to complete, so many at a time', async () => {
  const {api, start, names, status, end} = world();
  start(startJobController);
  api.create('jobs', workload({completions: 3, parallelism: 2, backoffLimit: 6}));
  await eventually(names, (found) => found.length === 2);
  end(names()[0] ?? '', 'Succeeded');
  await eventually(names, (found) => found.length === 3);
  for (const name of names()) end(name, 'Succeeded');
  await eventually(
    () => JSON.stringify(status('jobs')['conditions']),
    (found) => found?.includes('"Complete"') === true,
  );
  expect(status('jobs')).toMatchObject({succeeded: 3, completionTime: '2030-01-01T00:00:00Z'});
  expect(names().length).toBe(3);
});

test('a Job waits after a failure, longer each time, and gives up past its limit', async () => {
  const {api, clock, start, names, status, end} = world();
  start(startJobController);
  api.create('jobs', workload({completions: 1, parallelism: 1, backoffLimit: 1}));
  await eventually(names, (found) => found.length === 1);
  end(names()[0] ?? '', 'Failed');
  await settled(api);
  expect(names().length).toBe(1);
  clock.advance(10_000);
  await eventually(names, (found) => found.length === 2);
  for (const name of names()) end(name, 'Failed');
  await eventually(
    () => JSON.stringify(status('jobs')['conditions']),
    (found) => found?.includes('BackoffLimitExceeded') === true,
  );
  expect(status('jobs')['failed']).toBe(2);
});

test('an indexed Job gives each pod its number, and a finished one goes when its time is over', async () => {
  const {api, clock, start, names, end} = world();
  start(startJobController);
  start(startGarbageCollector);
  api.create('jobs', workload({completions: 2, parallelism: 2, completionMode: 'Indexed', ttlSecondsAfterFinished: 60}));
  await eventually(names, (found) => found.length === 2);
  const [first, second] = api.list('pods', 'kiada');
  expect([first, second].map((pod) => pod?.metadata?.annotations?.['batch.kubernetes.io/job-completion-index'])).toEqual(['0', '1']);
  expect(second?.['spec']).toMatchObject({hostname: 'quiz-1', containers: [{env: [{name: 'JOB_COMPLETION_INDEX', value: '1'}]}]});
  for (const name of names()) end(name, 'Succeeded');
  await settled(api);
  expect(api.get('jobs', 'kiada', 'quiz')).not.toBeNull();
  clock.advance(60_000);
  await eventually(
    () => api.list('jobs').length + api.list('pods').length,
    (count) => count === 0,
  );
});
