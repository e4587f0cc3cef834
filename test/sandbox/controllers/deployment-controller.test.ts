import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startGarbageCollector} from '../../../src/sandbox/controllers/garbage-collector.ts';
import {startDeploymentController} from '../../../src/sandbox/controllers/workloads/deployment-controller.ts';
import {startReplicaSetController} from '../../../src/sandbox/controllers/workloads/replica-set-controller.ts';
import {cluster, eventually, makePod, playKubelets, setPod, settled} from './cluster.ts';

const deployment = (spec: object = {}): KubernetesObject => ({
  metadata: {name: 'quote', namespace: 'kiada', labels: {team: 'a'}, annotations: {note: 'x'}},
  spec: {
    replicas: 3,
    selector: {matchLabels: {app: 'quote'}},
    strategy: {type: 'RollingUpdate', rollingUpdate: {maxSurge: 1, maxUnavailable: 0}},
    template: {metadata: {labels: {app: 'quote'}}, spec: {containers: [{name: 'c', image: 'quote:1'}], terminationGracePeriodSeconds: 30}},
    ...spec,
  },
});

type Status = {
  readyReplicas?: number;
  updatedReplicas?: number;
  replicas?: number;
  conditions?: {type: string; status: string; reason: string}[];
};

function world(isReady: (pod: KubernetesObject) => boolean = () => true) {
  const made = cluster();
  const {api} = made;
  const stop = playKubelets(api, isReady);
  made.start(startDeploymentController);
  made.start(startReplicaSetController);
  made.start(startGarbageCollector);
  made.start(() => ({close: stop}));
  const images = () => api.list('pods', 'kiada').map((pod) => (pod['spec'] as {containers: {image: string}[]}).containers[0]?.image);
  const status = () => (api.get('deployments', 'kiada', 'quote')?.['status'] ?? {}) as Status;
  const reason = (type: string) => status().conditions?.find((condition) => condition.type === type)?.reason;
  const setImage = (image: string) =>
    api.change('deployments', 'kiada', 'quote', (draft) => {
      draft.spec.template.spec.containers[0].image = image;
    });
  const setReplicas = (replicas: number) =>
    api.change('deployments', 'kiada', 'quote', (draft) => {
      draft.spec.replicas = replicas;
    });
  return {...made, images, status, reason, setImage, setReplicas};
}

test('a Deployment gets a ReplicaSet with a hash in name, labels and selector, and its pods', async () => {
  const {api, images, status, reason} = world();
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  const [set] = api.list('replicasets', 'kiada');
  const hash = set?.metadata?.labels?.['pod-template-hash'] ?? '';
  expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  expect(set?.metadata?.name).toBe(`quote-${hash}`);
  expect(set?.metadata?.annotations).toMatchObject({note: 'x', 'deployment.kubernetes.io/revision': '1'});
  expect(set?.['spec']).toMatchObject({replicas: 3, selector: {matchLabels: {app: 'quote', 'pod-template-hash': hash}}});
  const [pod] = api.list('pods', 'kiada');
  expect(pod?.metadata?.name).toMatch(new RegExp(`^quote-${hash}-.{5}$`));
  expect(pod?.metadata?.labels).toEqual({app: 'quote', 'pod-template-hash': hash});
  expect(images()).toEqual(['quote:1', 'quote:1', 'quote:1']);
  expect([reason('Available'), reason('Progressing')]).toEqual(['MinimumReplicasAvailable', 'NewReplicaSetAvailable']);
});

test('a new template is rolled out one pod at a time, with never fewer than three that are ready', async () => {
  const {api, images, status, setImage} = world();
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  let [least, most] = [3, 3];
  const stop = api.watch(() => {
    const pods = api.list('pods', 'kiada');
    const ready = pods.filter((pod) => JSON.stringify(pod['status']).includes('"Ready","status":"True"')).length;
    const wanted = api.list('replicasets', 'kiada').reduce((sum, set) => sum + (set['spec'] as {replicas: number}).replicas, 0);
    [least, most] = [Math.min(least, ready), Math.max(most, wanted)];
  });
  setImage('quote:2');
  await eventually(images, (found) => found.join() === 'quote:2,quote:2,quote:2');
  await settled(api);
  stop();
  expect([least, most]).toEqual([3, 4]);
  const revisions = api.list('replicasets', 'kiada').map((set) => set.metadata?.annotations?.['deployment.kubernetes.io/revision']);
  expect(revisions.sort()).toEqual(['1', '2']);
  expect(api.get('deployments', 'kiada', 'quote')?.metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  expect(api.list('events').some((event) => /^Scaled up replica set quote-\w+ from 0 to 1$/.test(String(event['message'])))).toBe(true);
});

test('a template whose pods never become ready stops the rollout, and taking it back mends it under a new revision', async () => {
  const {api, clock, images, status, reason, setImage} = world((pod) => !JSON.stringify(pod['spec']).includes('broken'));
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  setImage('broken');
  await settled(api);
  expect(images().sort()).toEqual(['broken', 'quote:1', 'quote:1', 'quote:1']);
  clock.advance(601_000);
  await eventually(
    () => reason('Progressing'),
    (found) => found === 'ProgressDeadlineExceeded',
  );
  setImage('quote:1');
  await eventually(images, (found) => found.join() === 'quote:1,quote:1,quote:1');
  await eventually(
    () => reason('Progressing'),
    (found) => found === 'NewReplicaSetAvailable',
  );
  expect(api.get('deployments', 'kiada', 'quote')?.metadata?.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
});

test('Recreate lets all old pods go before the first new one', async () => {
  const {api, images, status, setImage} = world();
  api.create('deployments', deployment({strategy: {type: 'Recreate'}}));
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  let mixed = false;
  const stop = api.watch(() => {
    mixed ||= new Set(images()).size > 1;
  });
  setImage('quote:2');
  await eventually(images, (found) => found.join() === 'quote:2,quote:2,quote:2');
  stop();
  expect(mixed).toBe(false);
});

test('scaling up and down follows the number, and gives up pods that are not ready first', async () => {
  const {api, status, setReplicas} = world();
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  setReplicas(5);
  await eventually(status, ({readyReplicas}) => readyReplicas === 5);
  const sick = api.list('pods', 'kiada')[2]?.metadata?.name ?? '';
  setPod(api, sick, '10.244.0.99', false);
  setReplicas(4);
  await eventually(
    () => api.list('pods', 'kiada').length,
    (count) => count === 4,
  );
  expect(api.get('pods', 'kiada', sick)).toBeNull();
  setReplicas(0);
  await eventually(
    () => api.list('pods', 'kiada').length,
    (count) => count === 0,
  );
});

test('a pod that is deleted or relabelled is replaced; an orphan that fits is adopted', async () => {
  const {api, status} = world();
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  const [first, second] = api.list('pods', 'kiada').map((pod) => pod.metadata?.name ?? '');
  api.delete('pods', 'kiada', first ?? '');
  api.change('pods', 'kiada', second ?? '', (draft) => {
    draft.metadata.labels = {app: 'debug'};
  });
  await settled(api);
  expect(api.list('pods', 'kiada').length).toBe(4);
  expect(api.get('pods', 'kiada', second ?? '')?.metadata?.ownerReferences ?? []).toEqual([]);
  const labels = api.list('replicasets', 'kiada')[0]?.metadata?.labels ?? {};
  makePod(api, 'orphan', {labels});
  await settled(api);
  const fitting = api.list('pods', 'kiada').filter((pod) => pod.metadata?.labels?.['app'] === 'quote');
  expect(fitting.length).toBe(3);
});

test('a paused Deployment is scaled, but its new template waits', async () => {
  const {api, images, status, setImage, setReplicas} = world();
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  api.change('deployments', 'kiada', 'quote', (draft) => {
    draft.spec.paused = true;
  });
  setImage('quote:2');
  setReplicas(4);
  await settled(api);
  expect(images()).toEqual(['quote:1', 'quote:1', 'quote:1', 'quote:1']);
  api.change('deployments', 'kiada', 'quote', (draft) => {
    draft.spec.paused = false;
  });
  await eventually(images, (found) => found.length === 4 && found.every((image) => image === 'quote:2'));
});

test('deleting the Deployment takes ReplicaSets and pods along', async () => {
  const {api, status} = world();
  api.create('deployments', deployment());
  await eventually(status, ({readyReplicas}) => readyReplicas === 3);
  api.delete('deployments', 'kiada', 'quote', {propagation: 'Background'});
  await eventually(
    () => api.list('pods', 'kiada').length + api.list('replicasets', 'kiada').length,
    (count) => count === 0,
  );
});
