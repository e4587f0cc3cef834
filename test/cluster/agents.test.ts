import {randomBytes} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {AgentsResult, LoadResult} from '../../src/model/index.ts';
import {kiada, kiadaJson, startKiada} from './genuine/cli.ts';
import {describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {makeNamedWeb, requestsLogged} from './genuine/named-web.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';

const NODES = ['node1', 'node2', 'node3'];
/** More where the machine has the cores for it: 3000 and 20 for a run of 60,000 requests. */
const RATE = process.env['KIADA_TEST_RATE'] ?? '150';
const SECONDS = process.env['KIADA_TEST_SECONDS'] ?? '5';

describeOnCluster('load by agents on a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-agents-'));
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await gone(120_000); // what other files have made may still be on its way out
    await makeNamedWeb(client, namespace, {nodes: NODES, services: {web: {}, near: {trafficDistribution: 'PreferSameNode'}}});
  });
  afterAll(() => {
    rmSync(folder, {recursive: true});
  });
  const load = (...more: string[]) => ['load', ...more, '-n', namespace, '--yes', '--via', 'clusterip'];

  /** What is labelled as the tool's own: `Job/NAME`. */
  async function leftovers(): Promise<readonly string[]> {
    const kinds = {Job: '/apis/batch/v1/jobs', Pod: '/api/v1/pods', ConfigMap: '/api/v1/configmaps'};
    const found = await Promise.all(
      Object.entries(kinds).map(async ([kind, collection]) => {
        const {items} = (await client.get(collection, {labelSelector: 'app.kubernetes.io/managed-by=kiada'})) as {
          items: readonly {metadata: {name: string}}[];
        };
        return items.map(({metadata}) => `${kind}/${metadata.name}`);
      }),
    );
    return found.flat();
  }
  const gone = (timeoutMs: number) => until('nothing is left', async () => (await leftovers()).length === 0, timeoutMs);

  it('is merged exactly: percentiles are those of all samples, and the servers logged as many requests', async () => {
    const file = path.join(folder, 'samples.csv');
    const rate = ['--rate', RATE, '--duration', `${SECONDS}s`];
    const mark = `run=merged-${randomBytes(4).toString('hex')}`;
    const {runs} = await kiadaJson<LoadResult>(load('svc/web', '--agents', '3', ...rate, '--path', `/?${mark}`, '--samples', file));
    const [run] = runs;
    if (run === undefined) return expect.unreachable();
    expect(run.sources.map(({node}) => node)).toEqual(NODES);
    expect(run.sources.reduce((sum, {requests}) => sum + requests, 0)).toBe(run.requests);
    expect([run.succeeded, run.lostAgents]).toEqual([run.requests, []]);
    expect(await requestsLogged(client, namespace, NODES, mark)).toBe(run.requests);
    const [, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const latencies = lines.map((line) => Number(line.split(',')[3])).toSorted((one, other) => one - other);
    expect(latencies).toHaveLength(run.requests);
    for (const [name, percent] of [
      ['p50', 50],
      ['p90', 90],
      ['p95', 95],
      ['p99', 99],
      ['p999', 99.9],
    ] as const) {
      const exact = latencies[Math.max(1, Math.floor((percent / 100) * latencies.length + 0.5)) - 1] as number;
      expect(Math.abs(run.latencyMs[name] - exact) / exact).toBeLessThan(0.001); // three figures
    }
    expect(run.latencyMs.max).toBeCloseTo(latencies.at(-1) as number, 5);
    await gone(30_000);
  });

  it('holds each source against what is predicted for its own node, and their sum against all of it', async () => {
    const each = ['--rate', '30', '--duration', '4s', '--connection-per-request'];
    const {runs} = await kiadaJson<LoadResult>(load('svc/near', '--agents', '3', ...each));
    for (const source of runs[0]?.sources ?? []) {
      const met = source.distribution.rows.filter(({count}) => count > 0);
      expect(met.map(({pod, predicted, observed}) => [pod, predicted, observed])).toEqual([[`web-${source.node}`, 1, 1]]);
    }
    expect(runs[0]?.distribution.rows).toHaveLength(3);
    expect(runs[0]?.distribution.test.verdict).toBe('as-predicted');
  });

  it('leaves nothing after Ctrl-C, and still tells what it has', async () => {
    const running = startKiada(
      load('svc/web', '--agents', '2', '--rate', '20', '--duration', '60s', '--path', '/?run=stopped', '-o', 'json'),
    );
    await until('requests arrive', async () => (await requestsLogged(client, namespace, NODES, 'run=stopped')) > 20, 60_000);
    running.child.kill('SIGINT');
    const {code, stdout} = await running.ended;
    expect(code).toBe(130);
    expect((JSON.parse(stdout) as LoadResult).runs[0]?.requests).toBeGreaterThan(20);
    await gone(30_000);
  });

  it('leaves nothing after the deadline of agents whose client was killed; until then they are listed', async () => {
    const running = startKiada(load('svc/web', '--agents', '2', '--rate', '20', '--duration', '15s', '--agent-deadline', '30s'));
    const list = ['agents', 'list', '-n', namespace];
    const {agents} = await until('the Job is there', async () => {
      const told = await kiadaJson<AgentsResult>(list);
      return told.agents.length > 0 && told;
    });
    running.child.kill('SIGKILL');
    await running.ended;
    expect(agents).toMatchObject([{namespace, agents: 2}]);
    const endsMs = Date.parse(agents[0]?.endsAt ?? '');
    expect(endsMs - Date.parse(agents[0]?.createdAt ?? '')).toBe(30_000);
    expect(await leftovers()).not.toEqual([]);
    await gone(endsMs - Date.now() + 20_000); // the controllers take their time
  });

  it('agents clean takes them away at once', async () => {
    const running = startKiada(load('svc/web', '--agents', '2', '--rate', '20', '--duration', '60s', '--path', '/?run=cleaned'));
    await until('requests arrive', async () => (await requestsLogged(client, namespace, NODES, 'run=cleaned')) > 5, 60_000);
    running.child.kill('SIGKILL');
    await running.ended;
    expect((await kiadaJson<AgentsResult>(['agents', 'clean', '-n', namespace])).agents).toHaveLength(1);
    await gone(20_000);
    expect((await kiada(['agents', 'list', '-n', namespace])).stdout).toContain('no agents');
  });

  it('says why agents do not come up, and takes them away', async () => {
    const {code, stderr} = await kiada(load('svc/web', '--agents', '2', '--requests', '10', '--agent-image', 'example.invalid/none:1'));
    expect(code).toBe(4);
    expect(stderr).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect(stderr).toContain('--agent-image');
    await gone(30_000);
  });
});
