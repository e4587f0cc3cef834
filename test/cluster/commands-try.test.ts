import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {Observation, ServiceDescribeResult} from '../../src/model/index.ts';
import {type CliOptions, kiada, kiadaJson} from './genuine/cli.ts';
import {create, describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {NO_RIG, RIG} from './genuine/rig.ts';
import {until} from './genuine/until.ts';
import {deployWeb} from './genuine/web.ts';

describeOnCluster('svc describe --probe of a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    // a target port at which nobody listens, though the pods be ready
    await create(client, `/api/v1/namespaces/${namespace}/services`, {
      metadata: {name: 'deaf'},
      spec: {selector: {app: 'web'}, ports: [{name: 'http', port: 80, targetPort: 8081}]},
    });
    await until('the Service has endpoints', async () => {
      const [deaf] = (await kiadaJson<ServiceDescribeResult>(['svc', 'describe', 'deaf', '-n', namespace])).services;
      return (deaf?.readyEndpoints ?? 0) === 2;
    });
  });
  async function tried(service: string, flags: readonly string[] = [], options: CliOptions = {}) {
    const args = ['svc', 'describe', service, '-n', namespace, '--probe', ...flags];
    const [page] = (await kiadaJson<ServiceDescribeResult>(args, options)).services;
    if (page === undefined) throw new Error('there is no page');
    return page;
  }
  const connections = (observed: readonly Observation[] | null) =>
    (observed ?? []).flatMap((seen) => (seen.kind === 'connection' ? [[seen.to, seen.from, seen.outcome, seen.speaks] as const] : []));
  const codes = ({findings}: {findings: readonly {code: string}[]}) => findings.map(({code}) => code);

  it('without an agent, pods are asked through the API server at their first address, and the rest is not checked', async () => {
    const page = await tried('web');
    expect(connections(page.observed)).toEqual([
      ['endpoint', 'the API server', 'connected', null],
      ['endpoint', 'the API server', 'connected', null],
    ]);
    const notChecked = page.unknown.map(({what}) => what).toSorted();
    expect(notChecked).toEqual([
      expect.stringMatching(/^port http of web-1 at fd00:/),
      expect.stringMatching(/^port http of web-2 at fd00:/),
      'the path clusterip from pod/caller',
    ]);
    expect(page.findings).toEqual([]);
  });

  it('each server of the cluster’s DNS is asked for its name', async () => {
    const page = await tried('web');
    const answers = (page.observed ?? []).flatMap((seen) => (seen.kind === 'dns' ? [seen] : []));
    expect(answers.length).toBeGreaterThan(0);
    for (const {from, addresses} of answers) {
      expect(from).toMatch(/^this machine, by pod kube-system\/coredns-/);
      expect(addresses).toEqual([page.clusterIPs[0]]);
    }
    const {stdout} = await kiada(['svc', 'describe', 'web', '-n', namespace, '--probe']);
    expect(stdout.split('\n').filter((line) => line.startsWith('  DNS'))).toHaveLength(1);
  });

  it('from a node, endpoints of both families and the cluster IP are connected to, and speak HTTP', async () => {
    const {observed, unknown, findings} = await tried('web', ['--from', 'node/node3']);
    expect(connections(observed)).toEqual([
      ...Array.from({length: 4}, () => ['endpoint', 'node/node3', 'connected', 'http']),
      ...Array.from({length: 2}, () => ['clusterip', 'node/node3', 'connected', null]),
    ]);
    expect([unknown, findings]).toEqual([[], []]);
  });

  it('a port at which nobody listens is a finding that only traffic can prove', async () => {
    const untried = (await kiadaJson<ServiceDescribeResult>(['svc', 'describe', 'deaf', '-n', namespace])).services[0];
    expect(untried && codes(untried)).not.toContain('KIA0311');
    const page = await tried('deaf', ['--from', 'node/node3']);
    expect(codes(page)).toContain('KIA0311');
    expect(page.observed?.some((seen) => seen.kind === 'connection' && seen.to === 'declared-port' && seen.dialed === 8080)).toBe(true);
  });

  it('health check node ports answer by the endpoints of their nodes', async () => {
    const {observed, findings} = await tried('web-balanced', ['--from', 'node/node3']);
    const health = (observed ?? []).flatMap((seen) => (seen.kind === 'health-check' ? [[seen.node, seen.status, seen.from]] : []));
    expect(health).toEqual([
      ['node1', 200, 'node/node3'],
      ['node2', 200, 'node/node3'],
      ['node3', 503, 'node/node3'],
    ]);
    expect(findings.filter(({severity}) => severity !== 'info')).toEqual([]);
  });

  it('from outside, node ports and load balancer addresses are connected to', async ({skip}) => {
    if (RIG === null) return skip(NO_RIG);
    const {observed} = await tried('web-balanced', ['--from', 'node/node3'], {place: 'client'});
    const outside = connections(observed).filter(([, from]) => from === 'outside');
    expect(outside.filter(([, , outcome]) => outcome !== 'connected')).toEqual([]);
    expect(new Set(outside.map(([to]) => to))).toEqual(new Set(['nodeport', 'loadbalancer']));
  });

  it('the same of a URL and of a path, for scripts', async ({skip}) => {
    if (RIG === null) return skip(NO_RIG);
    const service = (await client.get(`/api/v1/namespaces/${namespace}/services/web-balanced`)) as {
      status: {loadBalancer: {ingress: {ip: string}[]}};
    };
    const address = service.status.loadBalancer.ingress[0]?.ip ?? '';
    const probe = async (...args: string[]) => (await kiada(['probe', '-q', '-n', namespace, ...args], {place: 'client'})).code;
    expect(await probe(`http://${address}/`, '--expect-status', '200', '--count', '3')).toBe(0);
    expect(await probe(`http://${address}/`, '--expect-body', '^web-[34]')).toBe(1);
    expect(await probe('svc/web-balanced', '--via', 'loadbalancer', '--http', '/')).toBe(0);
    expect(await probe('svc/web-balanced', '--via', 'nodeport', '--entry', 'node2', '--http', '/')).toBe(0);
    expect(await probe('svc/web-balanced', '--via', 'nodeport', '--entry', 'node3', '--http', '/', '--probe-timeout', '1s')).toBe(1);
  });
});
