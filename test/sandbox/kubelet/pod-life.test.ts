import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {conditionOf, eventually, startTestCluster, type TestCluster} from './cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = startTestCluster();
});
afterEach(() => cluster.close());

const ready = (name: string) => eventually(() => conditionOf(cluster.pod(name), 'Ready') === 'True', `${name} is ready`);

describe('a pod with one program', () => {
  it('becomes ready, has an address of each range, and tells its events', async () => {
    cluster.run('one', {containers: [{name: 'web', image: 'web:1'}]});
    await ready('one');
    const {status} = cluster.pod('one') ?? {};
    expect(status?.phase).toBe('Running');
    expect(status?.podIPs).toEqual([{ip: '10.244.1.2'}, {ip: 'fd00:10:244:1::2'}]);
    expect(status?.containerStatuses?.[0]).toMatchObject({ready: true, started: true, restartCount: 0, image: 'docker.io/library/web:1'});
    expect(cluster.events('one')).toEqual([
      'Pulling: Pulling image "web:1"',
      'Pulled: Successfully pulled image "web:1" in 1ms (1ms including waiting). Image size: 0 bytes.',
      'Created: Container created',
      'Started: Container started',
    ]);
  });

  it('turns ready by its readiness probe, and unready again', async () => {
    const readinessProbe = {httpGet: {path: '/ready', port: 8080}, periodSeconds: 1, failureThreshold: 1};
    cluster.run('probed', {containers: [{name: 'web', image: 'web', readinessProbe}]});
    await ready('probed');
    expect(await cluster.logs('probed')).toContain('GET /ready\n');
    expect(await cluster.exec('probed', ['touch', '/var/unready'])).toMatchObject({exit: 0});
    await eventually(() => conditionOf(cluster.pod('probed'), 'Ready') === 'False', 'it is unready');
    expect(cluster.events('probed')).toContain('Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 503');
    const condition = cluster.pod('probed')?.status?.conditions?.find(({type}) => type === 'Ready');
    expect(condition).toMatchObject({reason: 'ContainersNotReady', message: 'containers with unready status: [web]'});
  });

  it('ends by SIGTERM when it is deleted, and is gone', async () => {
    cluster.run('gone', {containers: [{name: 'web', image: 'web'}]});
    await ready('gone');
    const phases: unknown[] = [];
    const stop = cluster.api.watch(({resource, object}) => {
      if (resource === 'pods') phases.push((object['status'] as {phase?: string} | undefined)?.phase);
    });
    cluster.api.delete('pods', 'test', 'gone');
    await eventually(() => cluster.pod('gone') === null, 'it is gone');
    stop();
    expect(phases).toContain('Succeeded');
    expect(cluster.events('gone')).toContain('Killing: Stopping container web');
  });

  it('keeps its address over a restart of the sandbox, and counts one restart more', async () => {
    cluster.run('kept', {containers: [{name: 'web', image: 'web'}]});
    await ready('kept');
    await cluster.reboot();
    await eventually(() => cluster.pod('kept')?.status?.containerStatuses?.[0]?.restartCount === 1, 'it runs again');
    await ready('kept');
    const {status} = cluster.pod('kept') ?? {};
    expect(status?.podIP).toBe('10.244.1.2');
    expect(status?.containerStatuses?.[0]?.lastState.terminated).toMatchObject({exitCode: 255, reason: 'Unknown'});
    cluster.run('next', {containers: [{name: 'web', image: 'web'}]});
    await ready('next');
    expect(cluster.pod('next')?.status?.podIP).toBe('10.244.1.3');
  });
});

describe('folders of pods', () => {
  it('that are no more are removed at the next start', async () => {
    const left = path.join(cluster.dataDir, 'logs', 'no-such-uid');
    mkdirSync(left, {recursive: true});
    await cluster.reboot();
    expect(existsSync(left)).toBe(false);
  });
});

describe('an image that is not there', () => {
  it('stays in ErrImagePull and ImagePullBackOff, and names those that are', async () => {
    cluster.run('odd', {containers: [{name: 'a', image: 'nobody/nothing:7'}]});
    const waiting = await eventually(() => {
      const state = cluster.pod('odd')?.status?.containerStatuses?.[0]?.state.waiting;
      return state?.reason === 'ImagePullBackOff' && state;
    }, 'it is in back-off');
    expect(waiting.message).toContain('busybox, web');
    expect(cluster.pod('odd')?.status?.phase).toBe('Pending');
    expect(cluster.events('odd')).toContain('Failed: Error: ErrImagePull');
  });
});

describe('containers in order', () => {
  it('runs init containers one after the other, then the others', async () => {
    const volumeMounts = [{name: 'shared', mountPath: '/shared'}];
    cluster.run('ordered', {
      volumes: [{name: 'shared', emptyDir: {}}],
      initContainers: [
        {name: 'first', image: 'busybox', command: ['sh', '-c', 'echo 1 >> /shared/order'], volumeMounts},
        {name: 'second', image: 'busybox', command: ['sh', '-c', 'echo 2 >> /shared/order'], volumeMounts},
      ],
      containers: [{name: 'main', image: 'busybox', command: ['sleep', 'infinity'], volumeMounts}],
    });
    await ready('ordered');
    expect(await cluster.exec('ordered', ['cat', '/shared/order'])).toEqual({exit: 0, stdout: '1\n2\n', stderr: ''});
    expect(cluster.pod('ordered')?.status?.initContainerStatuses?.map(({state}) => state.terminated?.reason)).toEqual([
      'Completed',
      'Completed',
    ]);
  });

  it('starts a sidecar before the others and ends it after them', async () => {
    cluster.run('helped', {
      restartPolicy: 'Never',
      initContainers: [{name: 'side', image: 'web', restartPolicy: 'Always', startupProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}}],
      containers: [{name: 'main', image: 'busybox', command: ['sh', '-c', 'curl -s localhost:8080; echo done']}],
    });
    await eventually(() => cluster.pod('helped')?.status?.phase === 'Succeeded', 'it has succeeded');
    expect(await cluster.logs('helped')).toBe('hello from helped\ndone\n');
    expect(cluster.pod('helped')?.status?.initContainerStatuses?.[0]?.state.terminated).toMatchObject({exitCode: 0, reason: 'Completed'});
  });

  it('restarts what fails, once at once and then in back-off', async () => {
    cluster.run('crash', {containers: [{name: 'main', image: 'busybox', command: ['sh', '-c', 'echo run; exit 3']}]});
    const status = await eventually(() => {
      const first = cluster.pod('crash')?.status?.containerStatuses?.[0];
      return first?.state.waiting?.reason === 'CrashLoopBackOff' && first;
    }, 'it is in back-off');
    expect(status).toMatchObject({restartCount: 1, lastState: {terminated: {exitCode: 3, reason: 'Error'}}});
    expect(status.state.waiting?.message).toMatch(/^back-off 10s restarting failed container=main pod=crash_test\(.+\)$/);
    expect(cluster.pod('crash')?.status?.phase).toBe('Running');
    expect(await cluster.logs('crash', {previous: true})).toBe('run\n');
  });

  it('fails for good with restartPolicy Never', async () => {
    cluster.run('once', {restartPolicy: 'Never', containers: [{name: 'main', image: 'busybox', command: ['nosuch']}]});
    await eventually(() => cluster.pod('once')?.status?.phase === 'Failed', 'it has failed');
    expect(cluster.pod('once')?.status?.containerStatuses?.[0]?.state.terminated).toMatchObject({exitCode: 128, reason: 'StartError'});
  });

  it('restarts a container whose liveness probe fails', async () => {
    const livenessProbe = {exec: {command: ['cat', '/tmp/alive']}, periodSeconds: 1, failureThreshold: 1};
    cluster.run('dead', {
      terminationGracePeriodSeconds: 1,
      containers: [{name: 'main', image: 'busybox', command: ['sh', '-c', 'sleep infinity'], livenessProbe}],
    });
    await eventually(() => cluster.pod('dead')?.status?.containerStatuses?.[0]?.restartCount === 1, 'it was restarted');
    expect(cluster.events('dead')).toContain('Unhealthy: Liveness probe failed: cat: /tmp/alive: No such file or directory\n');
    expect(cluster.events('dead')).toContain('Killing: Container main failed liveness probe, will be restarted');
    expect(cluster.pod('dead')?.status?.containerStatuses?.[0]?.lastState.terminated?.exitCode).toBe(137);
  });
});

describe('what a pod asks for beyond its containers', () => {
  it('a readiness gate holds readiness back until somebody opens it', async () => {
    cluster.run('gated', {readinessGates: [{conditionType: 'example.com/open'}], containers: [{name: 'web', image: 'web'}]});
    await eventually(() => conditionOf(cluster.pod('gated'), 'ContainersReady') === 'True', 'its containers are ready');
    const ready = () => cluster.pod('gated')?.status?.conditions?.find(({type}) => type === 'Ready');
    expect(ready()).toMatchObject({
      status: 'False',
      reason: 'ReadinessGatesNotReady',
      message: 'corresponding condition of pod readiness gate "example.com/open" does not exist.',
    });
    cluster.api.change('pods', 'test', 'gated', (draft) => {
      draft.status.conditions.push({type: 'example.com/open', status: 'True'});
      return undefined;
    });
    await eventually(() => ready()?.status === 'True', 'it is ready');
    expect(conditionOf(cluster.pod('gated'), 'example.com/open')).toBe('True');
  });

  it('a deadline fails the pod that outlives it', async () => {
    cluster.run('short', {activeDeadlineSeconds: 1, terminationGracePeriodSeconds: 1, containers: [{name: 'web', image: 'web'}]});
    await eventually(() => cluster.pod('short')?.status?.phase === 'Failed', 'it has failed');
    expect(cluster.pod('short')?.status).toMatchObject({reason: 'DeadlineExceeded'});
    await eventually(() => cluster.pod('short')?.status?.containerStatuses?.[0]?.state.terminated, 'its container has ended');
  });

  it('a startup probe holds the others back', async () => {
    const startupProbe = {exec: {command: ['cat', '/tmp/up']}, periodSeconds: 1, failureThreshold: 30};
    const readinessProbe = {tcpSocket: {port: 8080}, periodSeconds: 1};
    cluster.run('slow', {containers: [{name: 'web', image: 'web', startupProbe, readinessProbe}]});
    await eventually(
      () => cluster.events('slow').some((event) => event.startsWith('Unhealthy: Startup probe failed')),
      'the startup probe fails',
    );
    expect(cluster.pod('slow')?.status?.containerStatuses?.[0]).toMatchObject({started: false, ready: false, state: {running: {}}});
    await cluster.exec('slow', ['touch', '/tmp/up']);
    await eventually(() => cluster.pod('slow')?.status?.containerStatuses?.[0]?.ready, 'it is ready');
    expect(cluster.pod('slow')?.status?.containerStatuses?.[0]?.restartCount).toBe(0);
  });

  it('another image replaces the container, at once', async () => {
    cluster.run('changed', {containers: [{name: 'main', image: 'nobody/nothing'}]});
    await eventually(
      () => cluster.pod('changed')?.status?.containerStatuses?.[0]?.state.waiting?.reason === 'ImagePullBackOff',
      'it is in back-off',
    );
    cluster.api.change('pods', 'test', 'changed', (draft) => {
      draft.spec.containers[0].image = 'web';
      return undefined;
    });
    await eventually(() => conditionOf(cluster.pod('changed'), 'Ready') === 'True', 'it runs the other image');
  });

  it('containers that fail start again only as the restart policy says', async () => {
    const containers = [
      {name: 'good', image: 'busybox', command: ['true']},
      {name: 'bad', image: 'busybox', command: ['sh', '-c', 'exit 1']},
    ];
    cluster.run('mixed', {restartPolicy: 'OnFailure', containers});
    const counts = () => cluster.pod('mixed')?.status?.containerStatuses?.map(({name, restartCount}) => `${name} ${restartCount}`);
    await eventually(() => counts()?.[0] === 'bad 1', 'the bad one was restarted');
    expect(counts()).toEqual(['bad 1', 'good 0']); // in the order of their names
    expect(cluster.pod('mixed')?.status?.phase).toBe('Running');
  });
});
