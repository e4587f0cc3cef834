import {join} from 'node:path';
import {expect, onTestFinished, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {createApi, openStore, type Registry} from '../../../src/sandbox/api-server/index.ts';
import {applyServerSide, typedProblems} from '../../../src/sandbox/api-server/patch/index.ts';
import {temporaryFolder} from './temporary-folder.ts';

// Each of these was found by holding the sandbox against a genuine cluster (test/compare).

function cluster(): Registry {
  const store = openStore(join(temporaryFolder(), 'state.db'));
  onTestFinished(() => store.close());
  const api = createApi(store);
  api.create('namespaces', {metadata: {name: 'default'}});
  api.create('serviceaccounts', {metadata: {name: 'default', namespace: 'default'}});
  return api;
}

const service = (name: string, spec: object): KubernetesObject => ({metadata: {name, namespace: 'default'}, spec});
const pod = (name: string, spec: object = {}): KubernetesObject => ({
  metadata: {name, namespace: 'default', labels: {app: 'web'}},
  spec: {containers: [{name: 'c', image: 'nginx'}], ...spec},
});

test('an EndpointSlice without ports and endpoints has null in both places; other empty lists and maps vanish', () => {
  const slice = cluster().create('endpointslices', {
    metadata: {name: 's', namespace: 'default', labels: {}, annotations: {}},
    addressType: 'IPv4',
    endpoints: [],
    ports: [],
  });
  expect(slice).toMatchObject({endpoints: null, ports: null});
  expect(slice.metadata).not.toHaveProperty('labels');
  expect(slice.metadata).not.toHaveProperty('annotations');
});

test('a Service that becomes an ExternalName shows no internalTrafficPolicy', () => {
  const api = cluster();
  api.create('services', service('s', {ports: [{port: 80}]}));
  const changed = api.change('services', 'default', 's', (draft) => {
    Object.assign(draft.spec, {type: 'ExternalName', externalName: 'example.com'});
  });
  expect(changed?.['spec']).not.toHaveProperty('internalTrafficPolicy');
});

test('a bound pod has the zone and the region of its node, unless it says otherwise', () => {
  const api = cluster();
  const labels = {'topology.kubernetes.io/zone': 'zone-a', 'topology.kubernetes.io/region': 'r', 'kubernetes.io/os': 'linux'};
  api.create('nodes', {metadata: {name: 'n', labels}});
  api.create('pods', pod('a'));
  api.bind('default', 'a', 'n');
  expect(api.get('pods', 'default', 'a')?.metadata?.labels).toEqual({
    app: 'web',
    'topology.kubernetes.io/zone': 'zone-a',
    'topology.kubernetes.io/region': 'r',
  });
});

test('a pod with scheduling gates says so from the start', () => {
  const created = cluster().create('pods', pod('gated', {schedulingGates: [{name: 'example.com/later'}]}));
  expect(created['status']).toMatchObject({conditions: [{type: 'PodScheduled', status: 'False', reason: 'SchedulingGated'}]});
});

test('a dry run shows the address of the range, and does not notice one that is in use', () => {
  const api = cluster();
  api.create('services', service('held', {clusterIP: '10.96.0.20', ports: [{port: 80}]}));
  const dry = (spec: object) => api.write('create', 'services', service('dry', spec), {dryRun: true}).object['spec'];
  expect(dry({ports: [{port: 80}]})).toMatchObject({clusterIP: '10.96.0.0'});
  expect(dry({type: 'NodePort', ports: [{port: 80}]})).toMatchObject({ports: [{nodePort: 32769}]});
  expect(dry({clusterIP: '10.96.0.20', ports: [{port: 80}]})).toMatchObject({clusterIP: '10.96.0.20'});
});

test('a Service without a name fails at its address, another kind at its name', () => {
  const api = cluster();
  expect(() => api.create('services', service('', {ports: [{port: 80}]}))).toThrow(/IPAddress.*spec\.parentRef\.name: Required value/);
  expect(() => api.create('configmaps', {metadata: {namespace: 'default'}})).toThrow(/name or generateName is required/);
});

test('a finalizer has to be qualified or a standard one', () => {
  const api = cluster();
  const create = (finalizer: string) => () =>
    api.create('configmaps', {metadata: {name: finalizer.replace('/', '-'), namespace: 'default', finalizers: [finalizer]}});
  expect(create('hold')).toThrow(/metadata\.finalizers\[0\]: Invalid value: "hold": name is neither a standard finalizer name/);
  expect(create('example.com/hold')).not.toThrow();
  expect(create('orphan')).not.toThrow();
});

test('apply names the place of a value of the wrong type, and leaves a struct at its first unknown field', () => {
  const applied = (spec: object) => typedProblems({apiVersion: 'v1', kind: 'Service', metadata: {name: 's'}, spec});
  expect(applied({ports: [{port: 'x'}]})).toEqual([
    '.spec.ports[port="x",protocol="TCP"].port: expected numeric (int or float), got string',
  ]);
  expect(applied({nonsense: 1, more: 2, ports: [{port: 80}]})).toEqual(['.spec.nonsense: field not declared in schema']);
  expect(applied({ports: [{port: 80, targetPort: 'http'}]})).toEqual([]);
});

test('apply by kubectl keeps the annotation of client-side apply true; who comes to share a value has no time', () => {
  const KEY = 'kubectl.kubernetes.io/last-applied-configuration';
  const config = (annotations: object = {}): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name: 'x', ...annotations},
    data: {a: '1'},
  });
  const how = {force: false, now: '2026-01-01T00:00:00Z', subresource: ''};
  const live = applyServerSide(null, config({annotations: {[KEY]: '{}'}}), {...how, manager: 'first'}).object;
  const {object} = applyServerSide(live, config(), {...how, manager: 'kubectl'});
  expect(object.metadata?.annotations?.[KEY]).toBe('{"apiVersion":"v1","data":{"a":"1"},"kind":"ConfigMap","metadata":{"name":"x"}}\n');
  const times = ((object.metadata?.['managedFields'] ?? []) as {manager: string; time?: string}[]).map(({manager, time}) => [
    manager,
    time,
  ]);
  expect(times).toEqual([
    ['kubectl', undefined],
    ['first', how.now],
  ]);
});
