import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, expect, it} from 'vitest';
import {parse} from 'yaml';
import {execInContainer, type KubeClient} from '../../src/kube/index.ts';
import type {
  EndpointsListResult,
  KubernetesObject,
  ServiceDescribeResult,
  ServiceEnvResult,
  ServiceListResult,
  ServiceRouteResult,
  VersionResult,
} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

describeOnCluster('reading a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-cluster-'));
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const read = <Result>(...args: string[]) => kiadaJson<Result>([...args, '-n', namespace]);

  it('version names the API server’s version', async () => {
    const served = (await client.get('/version')) as {gitVersion: string};
    expect(await kiadaJson<VersionResult>(['version'])).toMatchObject({cluster: served.gitVersion, sandbox: null});
  });

  it('svc list shows each Service with its addresses, ready endpoints and open paths', async () => {
    const {services} = await read<ServiceListResult>('svc', 'list');
    expect(
      services.map(({name, type, readyEndpoints, totalEndpoints, paths}) => [name, type, readyEndpoints, totalEndpoints, paths]),
    ).toEqual([
      ['by-hand', 'ClusterIP', 1, 1, ['clusterip']],
      ['elsewhere', 'ExternalName', 0, 0, ['externalname']],
      ['web', 'ClusterIP', 4, 4, ['clusterip']],
      ['web-balanced', 'LoadBalancer', 2, 2, ['clusterip', 'nodeport', 'loadbalancer']],
      ['web-headless', 'ClusterIP', 2, 2, ['headless']],
    ]);
    expect(services.find(({name}) => name === 'web')?.clusterIPs).toEqual([
      expect.stringMatching(/^10\.96\./),
      expect.stringMatching(/^fd00:10:96::/),
    ]);
  });

  it('svc describe names the endpoints, the pod that misses the selector, and the health of the rest', async () => {
    const [web] = (await read<ServiceDescribeResult>('svc', 'describe', 'web')).services;
    expect(web?.endpoints.map(({family, pod, node, zone, ready}) => [family, pod, node, zone, ready])).toEqual([
      ['IPv4', 'web-1', 'node1', 'zone-a', true],
      ['IPv4', 'web-2', 'node2', 'zone-b', true],
      ['IPv6', 'web-1', 'node1', 'zone-a', true],
      ['IPv6', 'web-2', 'node2', 'zone-b', true],
    ]);
    expect(web?.notEndpoints).toEqual([expect.objectContaining({pod: 'caller', detail: expect.stringContaining('app=wep')})]);
    expect(web?.findings.filter(({severity}) => severity === 'error')).toEqual([]);
    expect(web?.unknown).toEqual([]);
  });

  it('endpoints list merges slices of both families and marks the slice that was made by hand', async () => {
    const {endpoints} = await read<EndpointsListResult>('endpoints', 'list');
    expect(endpoints.filter(({service}) => service.name === 'web')).toHaveLength(4);
    expect(endpoints.find(({service}) => service.name === 'by-hand')).toMatchObject({
      address: '198.51.100.7',
      pod: null,
      slice: 'by-hand-1',
    });
  });

  it('svc env lists the very Service variables that the container has', async () => {
    const {output} = await execInContainer(client, {namespace, pod: 'caller', container: null}, ['env'], AbortSignal.timeout(20_000));
    const actual = output.split('\n').filter((line) => /_SERVICE_(HOST|PORT)|_PORT(=|_\d)/.test(line));
    const {pods} = await read<ServiceEnvResult>('svc', 'env', 'caller');
    expect(pods[0]?.variables.map(({name, value}) => `${name}=${value}`).toSorted()).toEqual(actual.toSorted());
    expect(pods[0]?.missing).toEqual([]);
  });

  it('a snapshot holds what routing needs and no Secret data, and answers route questions as the cluster does', async () => {
    const {code, stdout} = await kiada(['snapshot', '-A']);
    expect(code).toBe(0);
    const {items} = parse(stdout) as {items: readonly KubernetesObject[]};
    const kinds = new Set(items.map(({kind}) => kind));
    for (const kind of ['Node', 'Namespace', 'Service', 'EndpointSlice', 'Pod']) expect(kinds).toContain(kind);
    expect(kinds).not.toContain('Secret');
    const file = path.join(folder, 'cluster.yaml');
    writeFileSync(file, stdout);
    for (const from of ['pod/caller', 'node/node1', 'outside']) {
      const question = ['svc', 'route', 'web-balanced', '--from', from];
      const live = await read<ServiceRouteResult>(...question);
      expect(await read<ServiceRouteResult>(...question, '--snapshot', file)).toEqual(live);
      expect(live.routes.length).toBeGreaterThan(0);
    }
  });

  it('svc route --matrix covers every node', async () => {
    const {routes} = await read<ServiceRouteResult>('svc', 'route', 'web-balanced', '--matrix');
    expect(new Set(routes.map(({entryNode}) => entryNode))).toEqual(new Set(['node1', 'node2', 'node3']));
  });

  it('an unknown Service is refused with near names', async () => {
    const {code, stderr} = await kiada(['svc', 'describe', 'wep', '-n', namespace]);
    expect(code).toBe(3);
    expect(stderr).toContain('web');
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2);
  });

  it('completes live names of Services, pods and nodes', async () => {
    const names = async (...words: string[]) => (await kiada(['__complete', ...words])).stdout.split('\n').filter((line) => line !== '');
    // a prompt does not wait: a busy machine may be asked again
    const services = await until('names of Services', async () => {
      const found = await names('svc', 'describe', '-n', namespace, 'web');
      return found.length > 0 && found;
    });
    expect(services.map((line) => line.split('\t')[0])).toEqual(['web', 'web-balanced', 'web-headless']);
    const vantages = await until('names of vantages', async () => {
      const found = await names('svc', 'route', 'web', '-n', namespace, '--from', '');
      return found.length > 1 && found;
    });
    expect(vantages).toEqual(expect.arrayContaining(['pod/caller', 'node/node1', 'outside']));
  });
});
