import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startVolumeController} from '../../../src/sandbox/controllers/volume-controller.ts';
import {cluster, eventually, makePod, settled} from './cluster.ts';

function world() {
  const made = cluster();
  const {api} = made;
  const claim = (name: string, spec: object = {}) =>
    api.create('persistentvolumeclaims', {
      metadata: {name, namespace: 'kiada', finalizers: ['kubernetes.io/pvc-protection']},
      spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}, ...spec},
    });
  const volume = (name: string, storage: string, spec: object = {}) =>
    api.create('persistentvolumes', {
      metadata: {name},
      spec: {accessModes: ['ReadWriteOnce'], capacity: {storage}, hostPath: {path: `/data/${name}`}, storageClassName: 'manual', ...spec},
    });
  const phase = (object: KubernetesObject | null) => (object?.['status'] as {phase?: string} | undefined)?.phase ?? null;
  const claimPhase = (name: string) => phase(api.get('persistentvolumeclaims', 'kiada', name));
  const volumeName = (name: string) =>
    (api.get('persistentvolumeclaims', 'kiada', name)?.['spec'] as {volumeName?: string} | undefined)?.volumeName;
  return {...made, claim, volume, phase, claimPhase, volumeName};
}

const using = (name: string) => ({spec: {volumes: [{name: 'v', persistentVolumeClaim: {claimName: name}}]}});

test('a claim of the default class waits for a pod, then gets a volume of its own', async () => {
  const {api, start, claim, claimPhase, volumeName, phase} = world();
  start(startVolumeController);
  claim('data');
  await eventually(
    () => claimPhase('data'),
    (found) => found === 'Pending',
  );
  expect(api.list('events').map((event) => event['reason'])).toEqual(['WaitForFirstConsumer']);
  makePod(api, 'quiz', using('data'));
  await eventually(
    () => claimPhase('data'),
    (found) => found === 'Bound',
  );
  const volume = api.get('persistentvolumes', '', volumeName('data') ?? '');
  expect(volume?.['spec']).toMatchObject({capacity: {storage: '1Gi'}, claimRef: {name: 'data'}, storageClassName: 'standard'});
  expect(phase(volume)).toBe('Bound');
});

test('a claim in use stays until its pod is gone; then its volume goes with it', async () => {
  const {api, start, claim, claimPhase} = world();
  start(startVolumeController);
  claim('data');
  makePod(api, 'quiz', using('data'));
  await eventually(
    () => claimPhase('data'),
    (found) => found === 'Bound',
  );
  api.delete('persistentvolumeclaims', 'kiada', 'data');
  await settled(api);
  expect(api.get('persistentvolumeclaims', 'kiada', 'data')).not.toBeNull();
  api.delete('pods', 'kiada', 'quiz', {graceSeconds: 0});
  await eventually(
    () => api.list('persistentvolumes').length,
    (count) => count === 0,
  );
  expect(api.get('persistentvolumeclaims', 'kiada', 'data')).toBeNull();
});

test('a claim takes the smallest volume that fits, and a retained one stays released', async () => {
  const {api, start, claim, volume, phase, claimPhase, volumeName} = world();
  start(startVolumeController);
  volume('small', '500Mi');
  volume('large', '10Gi', {persistentVolumeReclaimPolicy: 'Retain'});
  volume('medium', '2Gi', {persistentVolumeReclaimPolicy: 'Retain'});
  await eventually(
    () => api.list('persistentvolumes').map(phase),
    (phases) => phases.every((one) => one === 'Available'),
  );
  claim('data', {storageClassName: 'manual'});
  await eventually(
    () => claimPhase('data'),
    (found) => found === 'Bound',
  );
  expect(volumeName('data')).toBe('medium');
  api.delete('persistentvolumeclaims', 'kiada', 'data');
  await eventually(
    () => phase(api.get('persistentvolumes', '', 'medium')),
    (found) => found === 'Released',
  );
  claim('again', {storageClassName: 'manual'});
  await eventually(
    () => claimPhase('again'),
    (found) => found === 'Bound',
  );
  expect(volumeName('again')).toBe('large');
});
