import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {startEndpointSliceController} from '../../../src/sandbox/controllers/endpoint-slice-controller.ts';
import {startEndpointsController} from '../../../src/sandbox/controllers/endpoints-controller.ts';
import {startMirroringController} from '../../../src/sandbox/controllers/mirroring-controller.ts';
import {cluster, eventually, makePod, node, setPod, settled} from './cluster.ts';

const quote = (spec: object = {}): KubernetesObject => ({
  metadata: {name: 'quote', namespace: 'kiada'},
  spec: {
    clusterIP: '10.96.0.7',
    ipFamilies: ['IPv4'],
    selector: {app: 'quote'},
    ports: [{name: 'http', port: 80, targetPort: 80, protocol: 'TCP'}],
    ...spec,
  },
});

type Slice = {endpoints: {addresses: string[]; conditions: {ready: boolean}}[] | null; metadata: {annotations: Record<string, string>}};
const TRIGGER = 'endpoints.kubernetes.io/last-change-trigger-time';

function slices() {
  const world = cluster();
  world.api.create('nodes', node('node-1'));
  const list = () => world.api.list('endpointslices', 'kiada') as unknown as Slice[];
  const addresses = () =>
    list().flatMap((slice) => (slice.endpoints ?? []).map(({addresses: [ip], conditions}) => `${ip} ${conditions.ready}`));
  return {...world, list, addresses};
}

test('a Service gets a slice that follows its pods: readiness, labels, deletion', async () => {
  const {api, start, list, addresses} = slices();
  start(startEndpointSliceController);
  api.create('services', quote());
  await eventually(list, (found) => found.length === 1 && found[0]?.endpoints === null);
  makePod(api, 'a', {ip: '10.244.1.5', spec: {nodeName: 'node-1'}});
  await eventually(addresses, (found) => found.join() === '10.244.1.5 true');
  setPod(api, 'a', '10.244.1.5', false);
  await eventually(addresses, (found) => found.join() === '10.244.1.5 false');
  api.change('pods', 'kiada', 'a', (draft) => {
    draft.metadata.labels = {app: 'other'};
  });
  await eventually(addresses, (found) => found.length === 0);
  expect(list().length).toBe(1);
});

test('the trigger time is the change of readiness, and nothing is written where nothing changed', async () => {
  const {api, start, list} = slices();
  start(startEndpointSliceController);
  api.create('services', quote());
  makePod(api, 'a', {ip: '10.244.1.5', spec: {nodeName: 'node-1'}});
  await settled(api);
  setPod(api, 'a', '10.244.1.5', false, '2030-01-01T00:00:42Z');
  await settled(api);
  expect(list()[0]?.metadata.annotations[TRIGGER]).toBe('2030-01-01T00:00:42Z');
  const version = api.store.resourceVersion;
  api.change('pods', 'kiada', 'a', (draft) => {
    draft.metadata.annotations = {x: 'y'};
  });
  await settled(api);
  expect(api.store.resourceVersion).toBe(version + 1);
});

test('a slice that somebody deletes is made again; after a restart all is found as it was', async () => {
  const {api, start, list, addresses} = slices();
  const first = start(startEndpointSliceController);
  api.create('services', quote());
  makePod(api, 'a', {ip: '10.244.1.5', spec: {nodeName: 'node-1'}});
  await eventually(addresses, (found) => found.length === 1);
  const [before] = api.list('endpointslices', 'kiada');
  api.delete('endpointslices', 'kiada', before?.metadata?.name ?? '');
  await eventually(list, (found) => found.length === 1);
  await settled(api);
  first.close();
  const version = api.store.resourceVersion;
  start(startEndpointSliceController);
  await settled(api);
  expect(api.store.resourceVersion).toBe(version);
});

test('a pod whose node is not there yet is put in once it is', async () => {
  const {api, clock, start, addresses} = slices();
  start(startEndpointSliceController);
  api.create('services', quote());
  makePod(api, 'a', {ip: '10.244.9.5', spec: {nodeName: 'node-9'}});
  await settled(api);
  expect(addresses()).toEqual([]);
  api.create('nodes', node('node-9'));
  clock.advance(1000);
  await eventually(addresses, (found) => found.length === 1);
});

test('the old Endpoints follow the pods and go with the Service', async () => {
  const {api, start} = slices();
  start(startEndpointsController);
  api.create('services', quote());
  makePod(api, 'a', {ip: '10.244.1.5', spec: {nodeName: 'node-1'}});
  const subsets = () => api.get('endpoints', 'kiada', 'quote')?.['subsets'];
  await eventually(subsets, (found) => JSON.stringify(found)?.includes('10.244.1.5') === true);
  expect(subsets()).toMatchObject([{addresses: [{ip: '10.244.1.5', nodeName: 'node-1'}], ports: [{name: 'http', port: 80}]}]);
  api.delete('services', 'kiada', 'quote');
  await eventually(
    () => api.get('endpoints', 'kiada', 'quote'),
    (found) => found === null,
  );
});

test('Services without selector keep what is made by hand', async () => {
  const {api, start} = slices();
  start(startEndpointSliceController);
  start(startEndpointsController);
  const {selector: _, ...spec} = quote()['spec'] as Record<string, unknown>;
  api.create('services', {...quote(), spec});
  api.create('endpoints', {metadata: {name: 'quote', namespace: 'kiada'}, subsets: [{addresses: [{ip: '1.2.3.4'}], ports: [{port: 80}]}]});
  await settled(api);
  expect(api.list('endpointslices').length).toBe(0);
  expect(api.get('endpoints', 'kiada', 'quote')).not.toBeNull();
});

test('Endpoints made by hand are mirrored, and no longer once the Service has a selector', async () => {
  const {api, start, addresses, list} = slices();
  start(startMirroringController);
  const {selector: _, ...spec} = quote()['spec'] as Record<string, unknown>;
  api.create('services', {...quote(), spec});
  api.create('endpoints', {
    metadata: {name: 'quote', namespace: 'kiada'},
    subsets: [{addresses: [{ip: '1.2.3.4'}], notReadyAddresses: [{ip: '1.2.3.5'}], ports: [{name: 'http', port: 80, protocol: 'TCP'}]}],
  });
  await eventually(addresses, (found) => found.sort().join() === '1.2.3.4 true,1.2.3.5 false');
  api.change('services', 'kiada', 'quote', (draft) => {
    draft.spec.selector = {app: 'quote'};
  });
  await eventually(list, (found) => found.length === 0);
});

test('an address that is none is left out of the mirror and told of in an Event', async () => {
  const {api, start, addresses} = slices();
  start(startMirroringController);
  const {selector: _, ...spec} = quote()['spec'] as Record<string, unknown>;
  api.create('services', {...quote(), spec});
  api.create('endpoints', {
    metadata: {name: 'quote', namespace: 'kiada'},
    subsets: [{addresses: [{ip: 'x'}, {ip: '1.2.3.4'}], ports: [{port: 80}]}],
  });
  await eventually(addresses, (found) => found.join() === '1.2.3.4 true');
  expect(api.list('events').map((event) => event['reason'])).toEqual(['InvalidIPAddress']);
});
