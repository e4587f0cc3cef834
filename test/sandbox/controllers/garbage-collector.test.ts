import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Registry} from '../../../src/sandbox/api-server/registry/index.ts';
import {startGarbageCollector} from '../../../src/sandbox/controllers/garbage-collector.ts';
import {cluster, eventually, settled} from './cluster.ts';

function make(api: Registry, resource: string, name: string, owners: readonly KubernetesObject[] = [], block = true): KubernetesObject {
  const ownerReferences = owners.map((owner) => ({
    apiVersion: owner.apiVersion ?? '',
    kind: owner.kind ?? '',
    name: owner.metadata?.name ?? '',
    uid: owner.metadata?.uid ?? '',
    controller: true,
    blockOwnerDeletion: block,
  }));
  const metadata = {name, namespace: 'kiada', ...(owners.length === 0 ? {} : {ownerReferences})};
  return api.create(resource, {metadata, spec: {containers: []}});
}

function family() {
  const made = cluster();
  const {api} = made;
  const deployment = make(api, 'deployments', 'd');
  const replicaSet = make(api, 'replicasets', 'r', [deployment]);
  make(api, 'pods', 'p', [replicaSet]);
  const left = () => ['deployments', 'replicasets', 'pods'].filter((resource) => api.list(resource).length > 0);
  return {...made, deployment, left};
}

test('what has lost its owner goes, and what that owned', async () => {
  const {api, start, left} = family();
  start(startGarbageCollector);
  api.delete('deployments', 'kiada', 'd', {propagation: 'Background'});
  await eventually(left, (found) => found.length === 0);
});

test('what lost its owner while nobody looked goes at the start', async () => {
  const {api, start, left} = family();
  api.delete('deployments', 'kiada', 'd', {propagation: 'Background'});
  start(startGarbageCollector);
  await eventually(left, (found) => found.length === 0);
});

test('an owner deleted in foreground stays until its dependents are gone', async () => {
  const {api, start, left} = family();
  start(startGarbageCollector);
  api.change('pods', 'kiada', 'p', (draft) => {
    draft.metadata.finalizers = ['example.com/hold'];
  });
  api.delete('deployments', 'kiada', 'd', {propagation: 'Foreground'});
  await settled(api);
  expect(left()).toEqual(['deployments', 'replicasets', 'pods']);
  expect(api.get('pods', 'kiada', 'p')?.metadata?.deletionTimestamp).toBeDefined();
  api.change('pods', 'kiada', 'p', (draft) => {
    draft.metadata.finalizers = [];
  });
  await eventually(left, (found) => found.length === 0);
});

test('orphaned dependents stay, without the reference', async () => {
  const {api, start, left} = family();
  start(startGarbageCollector);
  api.delete('deployments', 'kiada', 'd', {propagation: 'Orphan'});
  await eventually(left, (found) => found.join() === 'replicasets,pods');
  expect(api.get('replicasets', 'kiada', 'r')?.metadata?.ownerReferences ?? []).toEqual([]);
});

test('an object with another live owner only loses the dead reference', async () => {
  const {api, start} = cluster();
  const [a, b] = [make(api, 'configmaps', 'a'), make(api, 'configmaps', 'b')];
  make(api, 'secrets', 's', [a, b]);
  start(startGarbageCollector);
  api.delete('configmaps', 'kiada', 'a');
  await settled(api);
  expect(api.get('secrets', 'kiada', 's')?.metadata?.ownerReferences?.map(({name}) => name)).toEqual(['b']);
});

test('an owner made again under the same name is another one; owners of unknown kinds are left in peace', async () => {
  const {api, start} = cluster();
  const owner = make(api, 'configmaps', 'a');
  start(startGarbageCollector);
  make(api, 'secrets', 'stale', [{...owner, metadata: {...owner.metadata, uid: 'before'}}]);
  make(api, 'secrets', 'custom', [{apiVersion: 'example.com/v1', kind: 'Thing', metadata: {name: 't', uid: 'x'}}]);
  await eventually(
    () => api.list('secrets').map((one) => one.metadata?.name),
    (names) => names.join() === 'custom',
  );
});
