import http from 'node:http';
import {createInterface} from 'node:readline';
import {beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {ForwardEvent, KubernetesObject} from '../../src/model/index.ts';
import {type RunningCli, startKiada} from './genuine/cli.ts';
import {describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {makeNamedWeb} from './genuine/named-web.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

describeOnCluster('a local port that goes through a Service of a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    const local = {type: 'LoadBalancer', externalTrafficPolicy: 'Local'};
    const external = {externalIPs: ['172.33.0.9']};
    await makeNamedWeb(client, namespace, {nodes: ['node1', 'node2'], services: {web: {type: 'LoadBalancer'}, local, external}});
    await until('the load balancer has an address', async () => {
      const web = (await client.get(`/api/v1/namespaces/${namespace}/services/web`)) as {status?: {loadBalancer?: {ingress?: unknown[]}}};
      return (web.status?.loadBalancer?.ingress ?? []).length > 0;
    });
  });

  interface Forwarding extends RunningCli {
    readonly port: number;
    readonly events: readonly ForwardEvent[];
  }

  async function forwarding(...args: string[]): Promise<Forwarding> {
    const running = startKiada(['forward', ...args, '-n', namespace, '-o', 'json']);
    const events: ForwardEvent[] = [];
    if (running.child.stdout)
      createInterface({input: running.child.stdout}).on('line', (line) => events.push(JSON.parse(line) as ForwardEvent));
    const port = await until(
      'it listens',
      async () => {
        const [first] = events;
        if (running.child.exitCode !== null) throw new Error((await running.ended).stderr);
        return first?.kind === 'listening' && Number(first.local.split(':')[1]);
      },
      60_000,
    );
    return {...running, port, events};
  }

  async function ask(port: number): Promise<{readonly pod: string; readonly saw: string}> {
    const response = await fetchOnce(port);
    return {pod: String(response.headers['x-pod-name']), saw: String(response.headers['x-kiada-client'])};
  }

  async function pods(port: number, times: number): Promise<readonly string[]> {
    const found: string[] = [];
    for (let turn = 0; turn < times; turn++) found.push((await ask(port)).pod);
    return [...new Set(found)].toSorted();
  }

  for (const [via, service] of [
    ['clusterip', 'web'],
    ['nodeport', 'web'],
    ['loadbalancer', 'web'],
    ['externalip', 'external'],
  ] as const) {
    it(`--via ${via}: each connection is balanced anew`, async () => {
      const {port, child, ended, events} = await forwarding(service, '0:80', '--via', via, '--from', 'node/node3');
      expect(events[0]).toMatchObject({through: expect.stringContaining(via)});
      expect(await pods(port, 12)).toEqual(['web-node1', 'web-node2']); // one in two thousand times all twelve meet one pod
      child.kill('SIGINT');
      await ended;
    });
  }

  it('goes by the rules of the node that it enters by', async () => {
    const {port, child, ended} = await forwarding('local', '0:80', '--via', 'nodeport', '--entry', 'node2', '--from', 'node/node3');
    expect(await pods(port, 6)).toEqual(['web-node2']);
    child.kill('SIGINT');
    await ended;
  });

  it('goes on with another agent when its own is taken away', async () => {
    const {port, child, ended, events} = await forwarding('web', '0:80', '--from', 'node/node3');
    const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`;
    const names = async () =>
      ((await client.get(jobs)) as {items: readonly KubernetesObject[]}).items.map(({metadata}) => metadata?.name ?? '');
    const [first = ''] = await names();
    await ask(port);
    await client.send({method: 'DELETE', path: `${jobs}/${first}`, query: {propagationPolicy: 'Foreground', gracePeriodSeconds: 0}});
    await until('the agent is gone', async () => !(await names()).includes(first), 60_000);
    expect((await ask(port)).pod).toMatch(/^web-node[12]$/);
    expect(await names()).toHaveLength(1);
    expect(events.filter(({kind}) => kind === 'failed')).toEqual([]);
    child.kill('SIGINT');
    await ended;
    await until('nothing is left', async () => (await names()).length === 0);
  });
});

/** One request on a connection of its own. */
function fetchOnce(port: number): Promise<http.IncomingMessage> {
  const {promise, resolve, reject} = Promise.withResolvers<http.IncomingMessage>();
  const request = http.get({host: '127.0.0.1', port, agent: false, timeout: 40_000}, (response) => {
    response.resume().once('end', () => resolve(response));
  });
  request.once('timeout', () => request.destroy(new Error('no answer within 40 s')));
  request.once('error', reject);
  return promise;
}
