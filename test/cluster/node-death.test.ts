import {execFile} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, expect, it} from 'vitest';
import type {KubeClient} from '../../src/kube/index.ts';
import type {LoadResult} from '../../src/model/index.ts';
import {startKiada} from './genuine/cli.ts';
import {describeOnCluster, makeNamespace} from './genuine/cluster.ts';
import {lacking} from './genuine/lacking.ts';
import {makeNamedWeb, requestsLogged} from './genuine/named-web.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {RIG} from './genuine/rig.ts';
import {until} from './genuine/until.ts';

// A node dies while load goes on, with an endpoint and an agent on it. Only a rig whose nodes are processes of this machine can be treated so.

const NODES = ['node1', 'node2', 'node3'];
const VICTIM = 'node2';
const PID_FILE = path.join(process.env['RIG_DIR'] ?? '/nowhere', 'run', `${VICTIM}.pid`);

describeOnCluster('a node that dies during load', () => {
  if (RIG === null || !existsSync(PID_FILE)) return lacking('needs a rig of one’s own: RIG_DIR names no folder with pids of nodes');
  const bootScript = path.join(path.dirname(RIG), 'up.sh');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-death-'));
  let client: KubeClient;
  let namespace: string;
  ownNamespace(makeNamespace, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await makeNamedWeb(client, namespace, {nodes: NODES, services: {web: {}}});
  });
  afterAll(async () => {
    await promisify(execFile)(bootScript, ['4']);
    rmSync(folder, {recursive: true});
  }, 180_000);

  it('what failed, at which endpoint in which state, when traffic moved, and which agent was lost', async () => {
    const report = path.join(folder, 'report.html');
    const how = ['--agents', '3', '--rate', '30', '--connections', '30', '--connection-per-request', '--duration', '45s'];
    const where = ['-n', namespace, '--via', 'clusterip', '--path', '/?run=death', '--yes'];
    const running = startKiada(['load', 'svc/web', ...how, ...where, '--report', report, '-o', 'json']);
    await until('requests arrive', async () => (await requestsLogged(client, namespace, NODES, 'run=death')) > 60, 60_000);
    const killedMs = Date.now();
    process.kill(Number(readFileSync(PID_FILE, 'utf8').split(' ')[0]), 'SIGKILL');
    const {code, stdout, stderr} = await running.ended;
    expect([code, stderr]).toEqual([4, '']); // what the lost agent met is not known
    const [run] = (JSON.parse(stdout) as LoadResult).runs;
    if (run === undefined) return expect.unreachable();

    const [lost, ...others] = run.lostAgents;
    expect([lost?.node, others]).toEqual([VICTIM, []]);
    expect(Date.parse(lost?.at ?? '')).toBeGreaterThanOrEqual(killedMs);
    expect(run.sources.find(({node}) => node === VICTIM)?.requests).toBe(lost?.requests);
    expect(run.sources.reduce((sum, {requests}) => sum + requests, 0)).toBe(run.requests);
    for (const {node, durationMs} of run.sources) if (node !== VICTIM) expect(durationMs).toBeGreaterThan(44_000);

    const dead = run.distribution.rows.find(({node}) => node === VICTIM)?.endpoint;
    const early = run.failures.filter(({endpoint, suspect}) => (endpoint ?? suspect) === dead);
    expect(early.length).toBeGreaterThan(0);
    for (const {endpointState} of early) expect(endpointState).toBe('ready'); // as the slices had it until the node was missed
    expect(run.endpointChanges).toMatchObject([{endpoint: dead, reason: expect.stringContaining(VICTIM)}]);
    const [drain] = run.drains;
    expect(drain).toMatchObject({endpoint: dead, pod: `web-${VICTIM}`, became: 'not-ready'});
    expect(Date.parse(drain?.lastAnswerAt ?? '')).toBeLessThan(killedMs + 1_000);
    expect(Date.parse(drain?.leftAt ?? '')).toBeGreaterThan(killedMs + 10_000);
    expect((drain?.failuresBefore ?? 0) + (drain?.failuresAfter ?? 0)).toBe(early.length);

    const page = readFileSync(report, 'utf8');
    for (const text of ['Lost:', lost?.agent ?? '', `${dead}, most likely`, 'last answer', 'Drained endpoints'])
      expect(page).toContain(text);
  });
});
