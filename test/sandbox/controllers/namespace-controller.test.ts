import {expect, test} from 'vitest';
import {startNamespaceController} from '../../../src/sandbox/controllers/namespace-controller.ts';
import {cluster, eventually, makePod, settled} from './cluster.ts';

function world() {
  const made = cluster();
  const start = () => made.start((api, options) => startNamespaceController(api, {...options, caCertificate: 'CERT'}));
  return {...made, start};
}

test('the namespaces that every cluster has are made, each with its ServiceAccount and the root certificate', async () => {
  const {api, start} = world();
  start();
  await eventually(
    () => api.list('configmaps').length,
    (count) => count === 5,
  );
  expect(api.list('namespaces').map((one) => one.metadata?.name)).toEqual([
    'default',
    'kiada',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ]);
  expect(api.get('serviceaccounts', 'kiada', 'default')).not.toBeNull();
  expect(api.get('configmaps', 'kiada', 'kube-root-ca.crt')?.['data']).toEqual({'ca.crt': 'CERT'});
});

test('a new namespace is furnished, and what is taken out of it is put back', async () => {
  const {api, start} = world();
  start();
  api.create('namespaces', {metadata: {name: 'fresh'}});
  await eventually(
    () => api.get('configmaps', 'fresh', 'kube-root-ca.crt'),
    (found) => found !== null,
  );
  api.delete('configmaps', 'fresh', 'kube-root-ca.crt');
  await eventually(
    () => api.get('configmaps', 'fresh', 'kube-root-ca.crt'),
    (found) => found !== null,
  );
  api.change('configmaps', 'fresh', 'kube-root-ca.crt', (draft) => {
    draft.data = {'ca.crt': 'forged'};
  });
  await eventually(
    () => api.get('configmaps', 'fresh', 'kube-root-ca.crt')?.['data'],
    (data) => JSON.stringify(data) === '{"ca.crt":"CERT"}',
  );
});

test('a namespace that is deleted waits for its content to end, tells what holds it, and goes', async () => {
  const {api, start} = world();
  start();
  api.create('services', {metadata: {name: 'quote', namespace: 'kiada'}, spec: {}});
  makePod(api, 'a', {spec: {nodeName: 'node-1'}});
  api.create('configmaps', {metadata: {name: 'held', namespace: 'kiada', finalizers: ['example.com/hold']}});
  await settled(api);
  api.delete('namespaces', '', 'kiada');
  await settled(api);
  expect(api.list('services', 'kiada')).toEqual([]);
  expect(api.get('pods', 'kiada', 'a')?.metadata?.deletionTimestamp).toBeDefined();
  const status = api.get('namespaces', '', 'kiada')?.['status'] as {phase: string; conditions: {message: string}[]};
  expect(status.phase).toBe('Terminating');
  expect(status.conditions.map(({message}) => message).join()).toContain('example.com/hold in 1 resource instances');
  api.delete('pods', 'kiada', 'a', {graceSeconds: 0});
  api.change('configmaps', 'kiada', 'held', (draft) => {
    draft.metadata.finalizers = [];
  });
  await eventually(
    () => api.get('namespaces', '', 'kiada'),
    (found) => found === null,
  );
});
