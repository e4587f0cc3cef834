import {readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {LoadResult, ServiceRouteResult} from '../../src/model/index.ts';
import {lacks} from './programs.ts';
import {violations} from './schema.ts';
import {freeNodePorts, User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const NODES = {'sandbox-1': '172.18.0.2', 'sandbox-2': '172.18.0.3', 'sandbox-3': '172.18.0.4'};
let nodePort = 0;

describe.skipIf(lacks('kubectl', 'curl'))('policies: what route predicts is what traffic does', () => {
  beforeAll(async () => {
    [nodePort = 0] = await freeNodePorts(1);
    const text = readFileSync(path.resolve('test', 'e2e', 'manifests', 'policies.yaml'), 'utf8').replace('NODE_PORT', String(nodePort));
    await user.succeed(user.kiada(['sandbox', 'up', '-q']));
    await user.succeed(user.kiada(['apply', '-f', '-', '--wait', '-q'], {input: text}));
  });
  afterAll(() => user.leave());

  test('externalTrafficPolicy Local: a node without a pod drops, and the matrix shows it beforehand', async () => {
    const {stdout} = await user.succeed(user.kiada(['svc', 'route', 'local-outside', '--via', 'nodeport', '--matrix']));
    expect(stdout).toMatch(/sandbox-1 +100\.0 % +\.\n/);
    expect(stdout).toMatch(/sandbox-2 +\. +100\.0 %\n/);
    expect(stdout).toMatch(/sandbox-3 +drop/);
    const dropped = await user.curlFrom('outside', ['-m', '1', `http://${NODES['sandbox-3']}:${nodePort}/`]);
    expect(dropped.code).toBe(28); // curl's word for a time-out
    const load = await loadOf(['local-outside', '--via', 'nodeport', '--entry', 'sandbox-3', '--requests', '4', '--timeout', '300ms']);
    expect(load).toMatchObject({succeeded: 0, errors: {timeout: 4, refused: 0}});
  });

  test('externalTrafficPolicy Local keeps the client’s address, a node without the policy’s limit does not', async () => {
    const seen = await user.curlFrom('outside', [`http://${NODES['sandbox-1']}:${nodePort}/`]);
    expect(seen.stdout).toMatch(/pod "on-1"[\s\S]*Client IP: 172\.18\.0\.1$/m);
    await user.kubectl('patch', 'svc', 'local-outside', '-p', '{"spec": {"externalTrafficPolicy": "Cluster"}}');
    const masqueraded = await user.curlFrom('outside', [`http://${NODES['sandbox-3']}:${nodePort}/`]);
    expect(masqueraded.stdout).toMatch(/Client IP: 172\.18\.0\.4$/m);
  });

  test('load tells the source address that servers saw, as route predicts it', async () => {
    const route = await routeOf('sticky', 'pod/caller');
    expect((await loadOf(stickyLoad)).sourcesSeen).toEqual([route.sourceSeen]);
  });

  test('internalTrafficPolicy Local: the caller’s node only, and nothing where it has no pod', async () => {
    expect(await sharesAndLoad('local-inside', 'pod/on-1')).toEqual({'on-1': 1});
    expect(await sharesAndLoad('local-inside', 'node/sandbox-2')).toEqual({'on-2': 1});
    expect((await routeOf('local-inside', 'pod/caller')).verdict).toBe('drop');
    expect((await user.curlFrom('pod.caller.default', ['-m', '1', 'http://local-inside/'])).code).toBe(28);
  });

  test('trafficDistribution PreferSameZone: the caller’s zone where it has an endpoint, all where it has none', async () => {
    expect(await sharesAndLoad('zoned', 'node/sandbox-1')).toEqual({'on-1': 1});
    expect(await sharesAndLoad('zoned', 'pod/caller')).toEqual({'on-1': 0.5, 'on-2': 0.5});
  });

  test('topology-mode Auto: hints as soon as each zone can have its share', async () => {
    await user.kubectl('annotate', 'svc', 'sticky', 'service.kubernetes.io/topology-mode=Auto');
    expect(await sharesAndRoute('sticky', 'node/sandbox-1')).toEqual({'on-1': 0.5, 'on-2': 0.5}); // two endpoints, three zones
    const pod = JSON.parse(await user.kubectl('get', 'pod', 'on-2', '-o', 'json')) as {
      metadata: {labels: object};
      spec: {containers: object[]};
    };
    const containers = [{name: 'kiada', image: 'luksa/kiada:0.5', ports: [{containerPort: 8080}]}];
    const third = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'on-3', labels: pod.metadata.labels},
      spec: {nodeName: 'sandbox-3', containers},
    };
    await user.succeed(user.tryKubectl(['apply', '-f', '-'], {input: JSON.stringify(third)}));
    await user.kubectl('wait', '--for=condition=Ready', 'pod/on-3', '--timeout=20s');
    await expect.poll(() => sharesAndRoute('sticky', 'node/sandbox-1'), {timeout: 10_000}).toEqual({'on-1': 1});
    await user.kubectl('annotate', 'svc', 'sticky', 'service.kubernetes.io/topology-mode-');
  });

  test('sessionAffinity: each source keeps the endpoint that it met first, and load says so', async () => {
    expect((await routeOf('sticky', 'pod/caller')).affinity).toMatchObject({timeoutSeconds: 10800});
    const [first, second] = [await loadOf(stickyLoad), await loadOf(stickyLoad)];
    const used = (run: typeof first) => run.distribution.rows.filter(({count}) => count > 0).map(({pod}) => pod);
    expect(used(first)).toHaveLength(1);
    expect(used(second)).toEqual(used(first));
    expect(first.distribution.test).toMatchObject({method: 'affinity', verdict: 'as-predicted'});
  });

  test('the health check node port tells load balancers which nodes have a ready endpoint, as long as they run', async () => {
    await user.kubectl('patch', 'svc', 'local-outside', '-p', '{"spec": {"type": "LoadBalancer", "externalTrafficPolicy": "Local"}}');
    const port = await user.kubectl('get', 'svc', 'local-outside', '-o', 'jsonpath={.spec.healthCheckNodePort}');
    const statuses = async (vantage: string): Promise<readonly string[]> => {
      const ask = (address: string) =>
        user.curlFrom(vantage, ['-m', '2', '-o', '/dev/null', '-w', '%{http_code}', `http://${address}:${port}/`]);
      return (await Promise.all(Object.values(NODES).map(ask))).map(({stdout}) => stdout);
    };
    const label = (pod: string, value: string) => user.kubectl('label', 'pod', pod, `app=${value}`, '--overwrite');
    await label('on-3', 'elsewhere');
    for (const vantage of ['pod.caller.default', 'node.sandbox-2', 'outside'])
      await expect.poll(() => statuses(vantage), {timeout: 10_000}).toEqual(['200', '200', '503']);
    await label('on-1', 'elsewhere');
    await label('on-3', 'spread');
    await expect.poll(() => statuses('pod.caller.default'), {timeout: 10_000}).toEqual(['503', '200', '200']);
    await user.succeed(user.kiada(['sandbox', 'node', 'stop', 'sandbox-2', '-q']));
    expect(await statuses('pod.caller.default')).toEqual(['503', '000', '200']);
    await user.succeed(user.kiada(['sandbox', 'node', 'start', 'sandbox-2', '-q']));
    await expect.poll(() => statuses('pod.caller.default').then((all) => all[1]), {timeout: 20_000}).not.toBe('000');
    await label('on-1', 'spread');
  });
});

const stickyLoad = ['sticky', '--from', 'pod/caller', '--requests', '60', '--connection-per-request'];

async function routeOf(service: string, from: string) {
  const result = await user.json<ServiceRouteResult>(['svc', 'route', service, '--from', from]);
  expect(violations('svc-route', result)).toEqual([]);
  const [route] = result.routes;
  if (!route) throw new Error(`no route to ${service} from ${from}`);
  return route;
}

async function sharesAndRoute(service: string, from: string): Promise<Record<string, number>> {
  const {endpoints} = await routeOf(service, from);
  return Object.fromEntries(endpoints.map(({pod, probability}) => [pod, probability]));
}

/** The shares that `route` predicts, after load has confirmed them. */
async function sharesAndLoad(service: string, from: string): Promise<Record<string, number>> {
  const predicted = await sharesAndRoute(service, from);
  const run = await loadOf([service, '--from', from, '--requests', '300', '--connection-per-request']);
  const {rows, test: verdict, unidentified} = run.distribution;
  expect(Object.fromEntries(rows.map((row) => [row.pod, row.predicted]))).toEqual(predicted);
  expect({requests: run.requests, succeeded: run.succeeded, unidentified}).toEqual({requests: 300, succeeded: 300, unidentified: 0});
  for (const row of rows) expect(Math.abs(row.observed - row.predicted)).toBeLessThan(row.predicted === 1 ? 1e-9 : 0.15);
  expect(verdict.verdict).not.toBe('skewed');
  return predicted;
}

async function loadOf(args: readonly string[]): Promise<LoadResult['runs'][number]> {
  const result = await user.json<LoadResult>(['load', ...args]);
  expect(violations('load', result)).toEqual([]);
  const [run] = result.runs;
  if (!run) throw new Error('load ran nothing');
  return run;
}
