import {beforeAll, expect, it} from 'vitest';
import {execInContainer, type KubeClient} from '../../src/kube/index.ts';
import type {ProbeResult} from '../../src/model/index.ts';
import {kiada, kiadaJson} from './genuine/cli.ts';
import {describeOnCluster} from './genuine/cluster.ts';
import {ownNamespace} from './genuine/own-namespace.ts';
import {until} from './genuine/until.ts';
import {deployWeb, GATE} from './genuine/web.ts';

describeOnCluster('probes and load on a genuine cluster', () => {
  let client: KubeClient;
  let namespace: string;
  ownNamespace(deployWeb, (...own) => {
    [namespace, client] = own;
  });
  beforeAll(async () => {
    await kiadaJson(['apply', '-n', namespace, '-f', GATE]);
    await until('the gate runs', async () => {
      const pod = (await client.get(`/api/v1/namespaces/${namespace}/pods/gate`)) as {status?: {phase?: string}};
      return pod.status?.phase === 'Running';
    });
  });

  it('an exec probe runs through the API, and says what the API says', async () => {
    const before = await kiadaJson<ProbeResult>(['probe', 'pod/gate', '-n', namespace], {code: 1});
    expect(before.targets[0]?.endpoints[0]).toMatchObject({apiReady: false, probe: {kind: 'exec', outcome: 'failure'}, agree: true});
    const waiting = kiadaJson<ProbeResult>(['probe', 'svc/gate', '-n', namespace, '--wait', '--timeout', '40s']);
    await execInContainer(client, {namespace, pod: 'gate', container: null}, ['touch', '/tmp/ready'], AbortSignal.timeout(20_000));
    const after = await waiting;
    expect(after).toMatchObject({verdict: 'healthy', targets: [{ready: 1, total: 1}]});
    expect(after.targets[0]?.endpoints[0]).toMatchObject({apiReady: true, probe: {kind: 'exec', outcome: 'success'}, agree: true});
    const quiet = await kiada(['probe', '-q', 'svc/gate', '-n', namespace]);
    expect(quiet).toEqual({code: 0, stdout: '', stderr: ''});
  });

  it('a Service is healthy only where each probe was seen to succeed; what could not be tried is unknown and says why', async () => {
    const {code, stdout} = await kiada(['probe', 'svc/web-balanced', '-n', namespace, '--min-ready', 'all', '-o', 'json']);
    const {verdict, targets} = JSON.parse(stdout) as ProbeResult;
    const endpoints = targets[0]?.endpoints ?? [];
    expect(endpoints.map(({pod, apiReady}) => [pod, apiReady])).toEqual([
      ['web-1', true],
      ['web-2', true],
    ]);
    const tried = endpoints.every(({probe}) => probe.outcome === 'success');
    expect([verdict, code]).toEqual(tried ? ['healthy', 0] : ['unknown', 4]);
    for (const {probe} of endpoints) if (probe.outcome === 'unknown') expect(probe.detail).not.toBe('');
  });

  it('a connection from inside is made by an agent, or said to need one', async () => {
    const {code, stdout} = await kiada(['probe', 'svc/web', '-n', namespace, '--via', 'clusterip', '--from', 'pod/caller', '-o', 'json']);
    const {verdict, targets} = JSON.parse(stdout) as ProbeResult;
    expect([verdict, code]).toEqual(code === 0 ? ['healthy', 0] : ['unknown', 4]);
    if (code !== 0) expect(targets[0]?.unknown[0]?.why).toContain('agent');
  });

  it('a target that does not exist is exit 3', async () => {
    for (const target of ['svc/absent', 'pod/absent', 'deploy/absent'])
      expect((await kiada(['probe', target, '-n', namespace])).code).toBe(3);
  });

  it('load asks before it turns on a cluster that is no sandbox', async () => {
    const {code, stderr} = await kiada(['load', 'svc/web', '-n', namespace, '--requests', '1']);
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
  });

  it('load from inside is sent by an agent, or said to need one', async () => {
    const from = ['--via', 'clusterip', '--from', 'pod/caller', '--requests', '1', '--yes'];
    const {code, stderr} = await kiada(['load', 'svc/web', '-n', namespace, ...from]);
    expect([0, 4]).toContain(code);
    if (code !== 0) expect(stderr).toContain('agent');
  });
});
