import {describe, expect, it, onTestFinished} from 'vitest';
import type {Clock} from '../../../src/probe/index.ts';
import {systemClock} from '../../../src/probe/index.ts';
import {conditionOf, eventually, startTestCluster, type TestCluster} from '../kubelet/cluster.ts';

const SLEEP = {name: 'main', image: 'busybox', command: ['sleep', '3600']};

function start(options: Parameters<typeof startTestCluster>[0]): TestCluster {
  const cluster = startTestCluster(options);
  onTestFinished(() => cluster.close());
  return cluster;
}

const ready = (cluster: TestCluster, name: string) =>
  eventually(() => conditionOf(cluster.pod(name), 'Ready') === 'True', `${name} is ready`);

describe('a node without a free address', () => {
  it('tells it in an event, and starts the pod once another has given its own back', async () => {
    const cluster = start({podCIDRs: ['10.244.1.0/29']});
    const names = ['p1', 'p2', 'p3', 'p4', 'p5'];
    for (const name of names) cluster.run(name, {terminationGracePeriodSeconds: 0, containers: [SLEEP]});
    for (const name of names) await ready(cluster, name);
    cluster.run('late', {containers: [SLEEP]});
    await eventually(() => cluster.events('late').length > 0, 'the event');
    expect(cluster.events('late')[0]).toMatch(
      /^FailedCreatePodSandBox: Failed to create pod sandbox: rpc error: .*no IP addresses available in range set: 10\.244\.1\.1-10\.244\.1\.6$/,
    );
    expect(cluster.pod('late')?.status?.phase).toBe('Pending');
    cluster.api.delete('pods', 'test', 'p3', {graceSeconds: 0});
    await ready(cluster, 'late');
    expect(cluster.pod('late')?.status?.podIPs).toEqual([{ip: '10.244.1.4'}]);
  });

  it('takes no address of one family where the other has none', async () => {
    const cluster = start({podCIDRs: ['10.244.1.0/24', 'fd00:10:244:1::/126']});
    for (const name of ['a', 'b', 'c', 'd']) cluster.run(name, {containers: [SLEEP]});
    await eventually(() => cluster.api.list('events').some(({reason}) => reason === 'FailedCreatePodSandBox'), 'a pod waits');
    for (const name of ['a', 'b', 'c', 'd']) expect([0, 2]).toContain(cluster.pod(name)?.status?.podIPs?.length ?? 0);
  });
});

describe('service account tokens in volumes', () => {
  it('stay the same while they are young, and are replaced before they expire', async () => {
    let offsetMs = 0;
    let beats = 0;
    const clock: Clock = {
      now: () => systemClock.now() + offsetMs,
      sleep(ms, signal) {
        beats += 1;
        return systemClock.sleep(Math.min(ms, 50), signal);
      },
    };
    let issued = 0;
    const cluster = start({clock, issueToken: ({serviceAccount}) => `${serviceAccount}-${++issued}`});
    const volumes = [{name: 't', projected: {sources: [{serviceAccountToken: {path: 'token', expirationSeconds: 3600}}]}}];
    cluster.run('p', {serviceAccountName: 'robot', volumes, containers: [{...SLEEP, volumeMounts: [{name: 't', mountPath: '/t'}]}]});
    await ready(cluster, 'p');
    const token = async (): Promise<string> => (await cluster.exec('p', ['cat', '/t/token'])).stdout;
    expect(await token()).toBe('robot-1');
    cluster.api.create('configmaps', {metadata: {name: 'any', namespace: 'test'}});
    offsetMs = 2800 * 1000;
    const seen = beats;
    await eventually(() => beats > seen + 10, 'the kubelet has looked again');
    expect(await token()).toBe('robot-1');
    offsetMs = 2900 * 1000;
    await eventually(async () => (await token()) === 'robot-2', 'another token');
  });
});
