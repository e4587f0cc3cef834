import {expect, test} from 'vitest';
import {startControllers} from '../../../src/sandbox/controllers/index.ts';
import {cluster, eventually, node, playKubelets, settled} from './cluster.ts';

/** Without rests, which `settled` takes for the end. */
const restAfter = () => 0;

test('all controllers together bring a Deployment with a LoadBalancer Service from nothing to ready endpoints, and end cleanly', async () => {
  const {api, clock, logged, start} = cluster();
  for (const name of ['node-1', 'node-2', 'node-3']) api.create('nodes', node(name));
  const stop = playKubelets(api);
  start(() => ({close: stop}));
  const run = () => startControllers(api, {clock, restAfter, log: (message) => void logged.push(message), caCertificate: 'CERT'});
  const first = start(run);
  const ports = [{name: 'http', port: 80, targetPort: 80, protocol: 'TCP'}];
  api.create('services', {
    metadata: {name: 'quote', namespace: 'kiada'},
    spec: {type: 'LoadBalancer', clusterIP: '10.96.0.7', ipFamilies: ['IPv4'], selector: {app: 'quote'}, ports},
  });
  const labels = {app: 'quote'};
  const template = {metadata: {labels}, spec: {containers: [{name: 'c', image: 'quote'}]}};
  api.create('deployments', {
    metadata: {name: 'quote', namespace: 'kiada'},
    spec: {replicas: 3, selector: {matchLabels: labels}, template},
  });
  const endpoints = () =>
    api.list('endpointslices', 'kiada').flatMap((slice) => slice['endpoints'] as {conditions: {ready: boolean}; nodeName: string}[]);
  await eventually(endpoints, (found) => found.length === 3 && found.every(({conditions}) => conditions.ready));
  expect(
    endpoints()
      .map(({nodeName}) => nodeName)
      .sort(),
  ).toEqual(['node-1', 'node-2', 'node-3']);
  expect(JSON.stringify(api.get('services', 'kiada', 'quote')?.['status'])).toContain('172.18.255.200');
  await settled(api);
  first.close();
  const version = api.store.resourceVersion;
  start(run);
  await settled(api);
  expect(api.store.resourceVersion).toBe(version);
  expect(logged).toEqual([]);
});

test('a namespace goes with all that is in it', async () => {
  const {api, clock, logged, start} = cluster();
  api.create('nodes', node('node-1'));
  const stop = playKubelets(api);
  start(() => ({close: stop}));
  start(() => startControllers(api, {clock, restAfter, log: (message) => void logged.push(message), caCertificate: 'CERT'}));
  const labels = {app: 'quote'};
  const template = {metadata: {labels}, spec: {containers: [{name: 'c', image: 'quote'}]}};
  api.create('deployments', {
    metadata: {name: 'quote', namespace: 'kiada'},
    spec: {replicas: 2, selector: {matchLabels: labels}, template},
  });
  api.create('services', {
    metadata: {name: 'quote', namespace: 'kiada'},
    spec: {
      type: 'LoadBalancer',
      clusterIP: '10.96.0.7',
      ipFamilies: ['IPv4'],
      selector: labels,
      ports: [{port: 80, targetPort: 80, protocol: 'TCP'}],
    },
  });
  await eventually(
    () => api.list('endpointslices', 'kiada').length,
    (count) => count === 1,
  );
  await settled(api);
  api.delete('namespaces', '', 'kiada');
  await eventually(
    () => api.get('namespaces', '', 'kiada'),
    (found) => found === null,
  );
  expect(api.list('pods', 'kiada').length + api.list('endpointslices', 'kiada').length).toBe(0);
  expect(logged).toEqual([]);
});
