import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {EndpointChange} from '../../src/model/index.ts';
import {kiada} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace, merge} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';

describeOnCluster('watching the endpoints of a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const sliceOf = (addresses: readonly string[]) => ({
    addressType: 'IPv4',
    ports: [{name: '', port: 80, protocol: 'TCP'}],
    endpoints: addresses.map((address) => ({addresses: [address], conditions: {ready: true}})),
  });
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await create(client, `/api/v1/namespaces/${namespace}/services`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'watched'},
      spec: {ports: [{port: 80}]},
    });
    await create(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {name: 'watched-1', labels: {'kubernetes.io/service-name': 'watched'}},
      ...sliceOf(['198.51.100.1']),
    });
  });
  const watch = (...flags: string[]) => kiada(['endpoints', 'watch', 'watched', '-n', namespace, '-o', 'json', ...flags]);
  const setAddresses = (addresses: readonly string[]) =>
    merge(client, `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/watched-1`, {endpoints: sliceOf(addresses).endpoints});

  it('shows the present state, one synced, then exactly the changes, and ends when the condition holds', async () => {
    const watching = watch('--until', 'ready>=3', '--timeout', '30s');
    await setAddresses(['198.51.100.1', '198.51.100.2']);
    await setAddresses(['198.51.100.2', '198.51.100.3']);
    await setAddresses(['198.51.100.2', '198.51.100.3', '198.51.100.4']);
    const {code, stdout} = await watching;
    expect(code).toBe(0);
    const changes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EndpointChange);
    expect(changes.filter(({type}) => type === 'synced')).toHaveLength(1);
    const present = new Set<string | null>();
    for (const {type, endpoint} of changes) {
      if (type === 'added') expect(present.has(endpoint)).toBe(false);
      if (type === 'removed') expect(present.has(endpoint)).toBe(true);
      if (type === 'added') present.add(endpoint);
      if (type === 'removed') present.delete(endpoint);
    }
    expect([...present].toSorted()).toEqual(['198.51.100.2:80', '198.51.100.3:80', '198.51.100.4:80']);
  });

  it('ends with 124 when the condition does not come', async () => {
    expect((await watch('--until', 'ready>=9', '--timeout', '2s')).code).toBe(124);
  });
});
