import {join} from 'node:path';
import {describe, expect, it, onTestFinished} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {createApi, openStore, type Registry} from '../../../src/sandbox/api-server/index.ts';
import {temporaryFolder} from './temporary-folder.ts';

const START = Date.parse('2030-01-01T00:00:00Z');

function cluster(): Registry {
  const store = openStore(join(temporaryFolder(), 'state.db'));
  onTestFinished(() => store.close());
  let count = 0;
  const api = createApi(store, {clock: () => START, uid: () => `uid-${++count}`, suffix: () => 'xxxxx'});
  api.create('namespaces', {metadata: {name: 'default'}});
  api.create('serviceaccounts', {metadata: {name: 'default', namespace: 'default'}});
  return api;
}

const configMap = (name: string, more: object = {}): KubernetesObject => ({
  metadata: {name, namespace: 'default', ...more},
  data: {a: '1'},
});

const deployment = (name: string, replicas: number): KubernetesObject => ({
  metadata: {name, namespace: 'default'},
  spec: {
    replicas,
    selector: {matchLabels: {app: name}},
    template: {metadata: {labels: {app: name}}, spec: {containers: [{name: 'c', image: 'nginx'}]}},
  },
});

const pod = (name: string, node = ''): KubernetesObject => ({
  metadata: {name, namespace: 'default'},
  spec: {containers: [{name: 'c', image: 'nginx'}], terminationGracePeriodSeconds: 30, ...(node === '' ? {} : {nodeName: node})},
});

describe('creating', () => {
  it('sets kind, uid, time and version, and ignores a status that a client gives', () => {
    const created = cluster().create('services', {
      metadata: {name: 's', namespace: 'default'},
      spec: {ports: [{port: 80}]},
      status: {loadBalancer: {ingress: [{ip: '1.2.3.4'}]}},
    });
    expect(created).toMatchObject({apiVersion: 'v1', kind: 'Service', metadata: {uid: 'uid-3', creationTimestamp: '2030-01-01T00:00:00Z'}});
    expect(created['status']).toEqual({loadBalancer: {}});
    expect(Number(created.metadata?.resourceVersion)).toBeGreaterThan(1);
  });

  it('makes a name from generateName', () => {
    expect(cluster().create('configmaps', {metadata: {generateName: 'quote-', namespace: 'default'}}).metadata?.name).toBe('quote-xxxxx');
  });

  it('refuses a second object of the same name', () => {
    const api = cluster();
    api.create('configmaps', configMap('a'));
    const again = () => api.create('configmaps', configMap('a'));
    expect(again).toThrow(expect.objectContaining({code: 409, reason: 'AlreadyExists', message: 'configmaps "a" already exists'}));
  });

  it('refuses an object without a name, in a missing namespace, in one that is going', () => {
    const api = cluster();
    expect(() => api.create('configmaps', {metadata: {namespace: 'default'}})).toThrow(
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    );
    expect(() => api.create('configmaps', configMap('a', {namespace: 'nope'}))).toThrow('namespaces "nope" not found');
    api.create('namespaces', {metadata: {name: 'going'}});
    api.delete('namespaces', '', 'going');
    expect(() => api.create('configmaps', configMap('a', {namespace: 'going'}))).toThrow(
      expect.objectContaining({code: 403, message: expect.stringContaining('because it is being terminated')}),
    );
  });

  it('writes nothing in a dry run', () => {
    const api = cluster();
    const version = api.store.resourceVersion;
    expect(api.write('create', 'configmaps', configMap('a'), {dryRun: true}).object.metadata?.uid).toBe('uid-3');
    expect(api.get('configmaps', 'default', 'a')).toBeNull();
    expect(api.store.resourceVersion).toBe(version);
  });
});

describe('updating', () => {
  it('is refused where the resourceVersion is stale', () => {
    const api = cluster();
    const first = api.create('configmaps', configMap('a'));
    api.change('configmaps', 'default', 'a', (draft) => {
      draft.data.a = '2';
    });
    expect(() => api.update('configmaps', first)).toThrow(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('that changes nothing keeps the resourceVersion and tells nobody', () => {
    const api = cluster();
    const created = api.create('configmaps', configMap('a'));
    const heard: unknown[] = [];
    api.watch((change) => heard.push(change));
    expect(api.update('configmaps', {...created, data: {a: '1'}})).toBe(created);
    expect(api.change('configmaps', 'default', 'a', () => undefined)).toBe(created);
    expect(heard).toEqual([]);
  });

  it('keeps status and spec apart, and counts a generation for the spec alone', () => {
    const api = cluster();
    const created = api.create('deployments', deployment('d', 1));
    expect(created.metadata?.generation).toBe(1);
    const spec = (object: KubernetesObject) => object['spec'] as {replicas: number};
    const status = (object: KubernetesObject) => (object['status'] as {replicas?: number}).replicas ?? 0;
    const wanted = api.update('deployments', {...created, spec: {...spec(created), replicas: 2}, status: {replicas: 9}});
    expect([spec(wanted).replicas, status(wanted), wanted.metadata?.generation]).toEqual([2, 0, 2]);
    const seen = api.update(
      'deployments',
      {...wanted, spec: {...spec(wanted), replicas: 7}, status: {replicas: 2}},
      {subresource: 'status'},
    );
    expect([spec(seen).replicas, status(seen), seen.metadata?.generation]).toEqual([2, 2, 2]);
    const scale = api.update('deployments', {metadata: {name: 'd', namespace: 'default'}, spec: {replicas: 5}}, {subresource: 'scale'});
    expect([spec(scale).replicas, status(scale), scale.metadata?.generation]).toEqual([5, 2, 3]);
  });

  it('cannot change what makes the object', () => {
    const api = cluster();
    const created = api.create('configmaps', configMap('a'));
    const {creationTimestamp: _, ...withoutTime} = created.metadata ?? {};
    const updated = api.update('configmaps', {...created, metadata: {...withoutTime, generation: 99}, data: {a: '2'}});
    expect(updated.metadata).toMatchObject({uid: created.metadata?.uid, creationTimestamp: '2030-01-01T00:00:00Z'});
    expect(updated.metadata).not.toHaveProperty('generation');
    expect(() =>
      api.update('configmaps', {...updated, metadata: {...updated.metadata, creationTimestamp: '2020-01-01T00:00:00Z'}}),
    ).toThrow('field is immutable');
    expect(() => api.update('configmaps', {...updated, metadata: {...updated.metadata, uid: 'other'}})).toThrow('Precondition failed: UID');
  });

  it('puts a pod on a node once', () => {
    const api = cluster();
    api.create('pods', pod('p'));
    api.change('pods', 'default', 'p', (draft) => {
      draft.spec.nodeName = 'node1';
    });
    expect(api.get('pods', 'default', 'p')).toMatchObject({
      spec: {nodeName: 'node1'},
      status: {phase: 'Pending', conditions: [{type: 'PodScheduled', status: 'True'}]},
    });
    expect(() => api.bind('default', 'p', 'node2')).toThrow('pod p is already assigned to node "node1"');
  });
});

describe('deleting', () => {
  it('gives a running pod its grace period, which a second deletion may shorten', () => {
    const api = cluster();
    api.create('pods', pod('p', 'node1'));
    expect(api.delete('pods', 'default', 'p')).toBe(true);
    const marked = api.get('pods', 'default', 'p');
    expect(marked?.metadata).toMatchObject({deletionTimestamp: '2030-01-01T00:00:30Z', deletionGracePeriodSeconds: 30, generation: 2});
    api.delete('pods', 'default', 'p');
    expect(api.get('pods', 'default', 'p')).toBe(marked);
    api.delete('pods', 'default', 'p', {graceSeconds: 5});
    expect(api.get('pods', 'default', 'p')?.metadata).toMatchObject({
      deletionTimestamp: '2030-01-01T00:00:05Z',
      deletionGracePeriodSeconds: 5,
    });
    api.delete('pods', 'default', 'p', {graceSeconds: 0});
    expect(api.get('pods', 'default', 'p')).toBeNull();
  });

  it('takes a pod that is on no node at once', () => {
    const api = cluster();
    api.create('pods', pod('p'));
    api.delete('pods', 'default', 'p');
    expect(api.get('pods', 'default', 'p')).toBeNull();
  });

  it('waits for finalizers, refuses new ones, and ends when the last is taken away', () => {
    const api = cluster();
    api.create('configmaps', configMap('a', {finalizers: ['example.com/hold']}));
    api.delete('configmaps', 'default', 'a');
    expect(api.get('configmaps', 'default', 'a')?.metadata?.deletionTimestamp).toBeDefined();
    const add = () =>
      api.change('configmaps', 'default', 'a', (draft) => {
        draft.metadata.finalizers.push('example.com/more');
      });
    expect(add).toThrow('no new finalizers can be added if the object is being deleted');
    const told: string[] = [];
    api.watch(({type}) => told.push(type));
    api.change('configmaps', 'default', 'a', (draft) => {
      draft.metadata.finalizers = [];
    });
    expect(api.get('configmaps', 'default', 'a')).toBeNull();
    expect(told).toEqual(['DELETED']);
  });

  it('marks with the finalizer of the propagation that was asked for', () => {
    const api = cluster();
    api.create('deployments', deployment('d', 1));
    api.delete('deployments', 'default', 'd', {propagation: 'Foreground'});
    expect(api.get('deployments', 'default', 'd')?.metadata?.finalizers).toEqual(['foregroundDeletion']);
  });

  it('holds a namespace until its own finalizer is taken away', () => {
    const api = cluster();
    api.create('namespaces', {metadata: {name: 'n'}});
    api.delete('namespaces', '', 'n');
    expect(api.get('namespaces', '', 'n')).toMatchObject({status: {phase: 'Terminating'}, spec: {finalizers: ['kubernetes']}});
    api.change('namespaces', '', 'n', (draft) => {
      draft.spec.finalizers = [];
    });
    expect(api.get('namespaces', '', 'n')).toBeNull();
  });

  it('is refused where the uid is another object’s', () => {
    const api = cluster();
    api.create('configmaps', configMap('a'));
    expect(() => api.delete('configmaps', 'default', 'a', {uid: 'other'})).toThrow(
      expect.objectContaining({code: 409, reason: 'Conflict'}),
    );
    expect(api.delete('configmaps', 'default', 'absent')).toBe(false);
  });
});
