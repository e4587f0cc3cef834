import {createInterface} from 'node:readline';
import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {EndpointsListResult, ServiceDescribeResult, ServiceListResult} from '../../src/model/index.ts';
import {kiadaJson, startKiada} from './genuine/cli.ts';
import {create, describeOnCluster, makeNamespace, merge} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

describeOnCluster('lists and pages that follow a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const SLICES = () => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const endpoints = (...states: boolean[]) =>
    states.map((ready, index) => ({addresses: [`198.51.100.${index + 1}`], conditions: {ready, serving: ready}}));
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await create(client, `/api/v1/namespaces/${namespace}/services`, {metadata: {name: 'hand'}, spec: {ports: [{port: 80}]}});
    await create(client, SLICES(), {
      metadata: {name: 'hand-1', labels: {'kubernetes.io/service-name': 'hand'}},
      addressType: 'IPv4',
      ports: [{name: '', port: 80, protocol: 'TCP'}],
      endpoints: endpoints(true, false),
    });
  });

  /** The results that a command prints with -w, a line each, until the last of these readies is seen. */
  async function readies<Result>(args: readonly string[], readyOf: (result: Result) => number | undefined, change: () => Promise<unknown>) {
    const running = startKiada([...args, '-w', '-o', 'json', '-n', namespace]);
    const seen: (number | undefined)[] = [];
    if (running.child.stdout)
      createInterface({input: running.child.stdout}).on('line', (line) => seen.push(readyOf(JSON.parse(line) as Result)));
    await until('the present state', async () => seen.length > 0);
    await change();
    await until('the change', async () => seen.length > 1);
    running.child.kill('SIGINT');
    expect((await running.ended).stderr).toBe('');
    return seen;
  }

  it('svc list -w prints the list again when an endpoint becomes ready', async () => {
    const change = () => merge(client, `${SLICES()}/hand-1`, {endpoints: endpoints(true, true)});
    const ready = await readies<ServiceListResult>(['svc', 'list'], ({services}) => services[0]?.readyEndpoints, change);
    expect([ready[0], ready.at(-1)]).toEqual([1, 2]);
  });

  it('svc describe -w prints the page again when an endpoint goes', async () => {
    const change = () => merge(client, `${SLICES()}/hand-1`, {endpoints: endpoints(true)});
    const ready = await readies<ServiceDescribeResult>(['svc', 'describe', 'hand'], ({services}) => services[0]?.readyEndpoints, change);
    expect([ready[0], ready.at(-1)]).toEqual([2, 1]);
  });

  it('endpoints list -A has those of every namespace, those made by hand marked', async () => {
    const {endpoints: all} = await kiadaJson<EndpointsListResult>(['endpoints', 'list', '-A']);
    const own = all.filter(({service}) => service.namespace === namespace);
    expect(own).toEqual([expect.objectContaining({address: '198.51.100.1', ready: true, slice: 'hand-1', pod: null})]);
    expect(own[0]?.managedBy).not.toContain('endpointslice-controller');
    expect(all.some(({service}) => service.namespace === 'kube-system' && service.name === 'kube-dns')).toBe(true);
  });
});
