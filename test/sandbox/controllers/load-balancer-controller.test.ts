import {expect, test} from 'vitest';
import {startLoadBalancerController} from '../../../src/sandbox/controllers/load-balancer-controller.ts';
import {cluster, eventually, settled} from './cluster.ts';

const RANGES = [
  {first: '172.18.255.200', last: '172.18.255.201'},
  {first: 'fd00:18::f:200', last: 'fd00:18::f:2ff'},
];

function world() {
  const made = cluster();
  const {api} = made;
  const start = () => made.start((it, options) => startLoadBalancerController(it, {...options, ranges: RANGES}));
  const make = (name: string, spec: object = {}) =>
    api.create('services', {metadata: {name, namespace: 'kiada'}, spec: {type: 'LoadBalancer', ipFamilies: ['IPv4'], ...spec}});
  const addresses = (name: string) => {
    const status = api.get('services', 'kiada', name)?.['status'] as
      | {loadBalancer?: {ingress?: {ip: string; ipMode: string}[]}}
      | undefined;
    return (status?.loadBalancer?.ingress ?? []).map(({ip, ipMode}) => `${ip} ${ipMode}`);
  };
  return {...made, start, make, addresses};
}

test('a LoadBalancer Service gets an address per family, a finalizer and two Events', async () => {
  const {api, start, make, addresses} = world();
  start();
  make('kiada', {ipFamilies: ['IPv4', 'IPv6']});
  await eventually(
    () => addresses('kiada'),
    (found) => found.length === 2,
  );
  expect(addresses('kiada')).toEqual(['172.18.255.200 VIP', 'fd00:18::f:200 VIP']);
  expect(api.get('services', 'kiada', 'kiada')?.metadata?.finalizers).toEqual(['service.kubernetes.io/load-balancer-cleanup']);
  await settled(api);
  expect(
    api
      .list('events')
      .map((event) => event['reason'])
      .sort(),
  ).toEqual(['EnsuredLoadBalancer', 'EnsuringLoadBalancer']);
});

test('a Service of a load balancer class is left alone', async () => {
  const {api, start, make, addresses} = world();
  start();
  make('kiada', {loadBalancerClass: 'example.com/mine'});
  await settled(api);
  expect(addresses('kiada')).toEqual([]);
});

test('deleting gives the address back, to the one that waits for it', async () => {
  const {api, start, make, addresses} = world();
  start();
  for (const name of ['a', 'b', 'c']) make(name);
  await settled(api);
  expect(['a', 'b', 'c'].map(addresses)).toEqual([['172.18.255.200 VIP'], ['172.18.255.201 VIP'], []]);
  expect(api.list('events').some((event) => event['reason'] === 'SyncLoadBalancerFailed')).toBe(true);
  api.delete('services', 'kiada', 'a');
  await eventually(
    () => addresses('c'),
    (found) => found.length === 1,
  );
  expect(api.get('services', 'kiada', 'a')).toBeNull();
  expect(addresses('c')).toEqual(['172.18.255.200 VIP']);
});

test('a change of type takes address and finalizer away', async () => {
  const {api, start, make, addresses} = world();
  start();
  make('kiada');
  await eventually(
    () => addresses('kiada'),
    (found) => found.length === 1,
  );
  api.change('services', 'kiada', 'kiada', (draft) => {
    draft.spec.type = 'ClusterIP';
  });
  await eventually(
    () => addresses('kiada'),
    (found) => found.length === 0,
  );
  await settled(api);
  expect(api.get('services', 'kiada', 'kiada')?.metadata?.finalizers ?? []).toEqual([]);
});

test('addresses stay over a restart, and nothing is written then', async () => {
  const {api, start, make, addresses} = world();
  const first = start();
  make('a');
  make('b');
  await settled(api);
  first.close();
  const version = api.store.resourceVersion;
  start();
  await settled(api);
  expect([addresses('a'), addresses('b')]).toEqual([['172.18.255.200 VIP'], ['172.18.255.201 VIP']]);
  expect(api.store.resourceVersion).toBe(version);
});

test('a wished address is granted where it is free', async () => {
  const {api, start, make, addresses} = world();
  start();
  make('a', {loadBalancerIP: '172.18.255.201'});
  make('b', {loadBalancerIP: '172.18.255.201'});
  await settled(api);
  expect([addresses('a'), addresses('b')]).toEqual([['172.18.255.201 VIP'], ['172.18.255.200 VIP']]);
});
