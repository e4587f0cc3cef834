import {PassThrough} from 'node:stream';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {conditionOf, eventually, startTestCluster, type TestCluster} from './cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = startTestCluster();
  cluster.run('talker', {
    restartPolicy: 'Never',
    containers: [
      {name: 'main', image: 'busybox', command: ['sh', '-c', 'echo one; echo two >&2; printf three; sleep 0.3; echo; echo four']},
    ],
  });
  await eventually(() => cluster.pod('talker')?.status?.phase === 'Succeeded', 'the talker has ended');
});
afterAll(() => cluster.close());
const ready = (name: string) => eventually(() => conditionOf(cluster.pod(name), 'Ready') === 'True', `${name} is ready`);

describe('logs', () => {
  it('are what both outputs wrote', async () => expect(await cluster.logs('talker')).toBe('one\ntwo\nthree\nfour\n'));
  it('are cut to their tail', async () => expect(await cluster.logs('talker', {tailLines: 2})).toBe('three\nfour\n'));
  it('are cut to a number of bytes', async () => expect(await cluster.logs('talker', {limitBytes: 6})).toBe('one\ntw'));
  it('have timestamps', async () =>
    expect(await cluster.logs('talker', {timestamps: true, tailLines: 1})).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z four\n$/));
  it('leave out what is older', async () => expect(await cluster.logs('talker', {sinceTime: '2999-01-01T00:00:00Z'})).toBe(''));
  it('are refused for a container that is not there', async () => {
    await expect(cluster.logs('talker', {container: 'nobody'})).rejects.toThrow('container nobody is not valid for pod talker');
    await expect(cluster.logs('talker', {previous: true})).rejects.toThrow(
      'previous terminated container "main" in pod "talker" not found',
    );
  });
  it('are followed to the end of the container', async () => {
    cluster.run('followed', {
      restartPolicy: 'Never',
      containers: [{name: 'main', image: 'busybox', command: ['sh', '-c', 'for i in 1 2 3; do echo $i; sleep 0.1; done']}],
    });
    await eventually(() => cluster.pod('followed')?.status?.phase === 'Running', 'it runs');
    expect(await cluster.logs('followed', {follow: true})).toBe('1\n2\n3\n');
  });
  it('of a pod that ended can be read after a restart of the sandbox', async () => {
    await cluster.reboot();
    expect(await cluster.logs('talker')).toBe('one\ntwo\nthree\nfour\n');
  });
});

describe('a terminal', () => {
  it('echoes, edits, interrupts and ends', async () => {
    cluster.run('tty', {containers: [{name: 'main', image: 'busybox', command: ['sleep', 'infinity']}]});
    await ready('tty');
    const [stdin, stdout] = [new PassThrough(), new PassThrough()];
    let screen = '';
    stdout.on('data', (bytes: Buffer) => {
      screen += bytes.toString();
    });
    const ended = cluster.kubelets.runtime.exec(
      {namespace: 'test', name: 'tty', container: null},
      {command: ['sh'], tty: true, stdin, stdout, stderr: null, resize: null},
      AbortSignal.timeout(20_000),
    );
    const shows = (text: string) => eventually(() => screen.includes(text), `the screen shows ${JSON.stringify(text)}`);
    await shows('/ # ');
    stdin.write('echo hellp\x7fo\r');
    await shows('echo hellp\b \bo\r\nhello\r\n/ # ');
    stdin.write('sleep 100\r');
    await eventually(async () => (await cluster.exec('tty', ['ps'])).stdout.includes('sleep 100'), 'it sleeps');
    stdin.write('\x03');
    await shows('^C\r\n/ # ');
    stdin.write('X=5; echo $((X+1))\r');
    await shows('\r\n6\r\n');
    stdin.write('if true\r');
    await shows('if true\r\n> ');
    stdin.write('then echo yes; fi\r');
    await shows('\r\nyes\r\n');
    stdin.write('\x04');
    expect(await ended).toMatchObject({kind: 'exited'});
  });
});

describe('a connection to a pod', () => {
  it('reaches what listens in it, and is refused elsewhere', async () => {
    cluster.run('web', {containers: [{name: 'web', image: 'web'}]});
    await ready('web');
    const connection = await cluster.kubelets.runtime.dialPod({namespace: 'test', name: 'web'}, 8080);
    connection.write('GET / HTTP/1.0\r\n\r\n');
    let answer = '';
    for await (const part of connection) answer += String(part);
    expect(answer).toContain('hello from web');
    await expect(cluster.kubelets.runtime.dialPod({namespace: 'test', name: 'web'}, 1)).rejects.toMatchObject({code: 'ECONNREFUSED'});
  });
});

describe('the end of a container', () => {
  it('waits for preStop, tells the termination message, and kills a shell that ignores SIGTERM after the grace period', async () => {
    const lifecycle = {preStop: {exec: {command: ['sh', '-c', 'echo stopping > /dev/termination-log']}}};
    cluster.run('stubborn', {
      terminationGracePeriodSeconds: 1,
      containers: [{name: 'main', image: 'busybox', command: ['sleep', 'infinity'], lifecycle}],
    });
    await ready('stubborn');
    const states: unknown[] = [];
    const stop = cluster.api.watch(({object}) => {
      const end = (object as {status?: {containerStatuses?: {state: {terminated?: unknown}}[]}}).status?.containerStatuses?.[0]?.state
        .terminated;
      if (end) states.push(end);
    });
    const started = Date.now();
    cluster.api.delete('pods', 'test', 'stubborn');
    await eventually(() => cluster.pod('stubborn') === null, 'it is gone');
    stop();
    expect(Date.now() - started).toBeGreaterThan(900);
    expect(states[0]).toMatchObject({exitCode: 137, reason: 'Error', message: 'stopping\n'});
  });

  it('comes at once for a shell with a trap', async () => {
    cluster.run('polite', {
      containers: [{name: 'main', image: 'busybox', command: ['sh', '-c', 'trap "exit 0" TERM; echo set; while true; do sleep 0.1; done']}],
    });
    await ready('polite');
    // `ps` shows the script among the shell's arguments before any of it has run
    await eventually(async () => (await cluster.logs('polite')) === 'set\n', 'the trap is set');
    const started = Date.now();
    cluster.api.delete('pods', 'test', 'polite');
    await eventually(() => cluster.pod('polite') === null, 'it is gone');
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

describe('a node that stops', () => {
  it('takes its pods down without a word, and brings them back', async () => {
    cluster.run('back', {containers: [{name: 'web', image: 'web'}]});
    await ready('back');
    const before = cluster.pod('back');
    await cluster.kubelets.stopNode('node-1');
    expect(cluster.pod('back')).toBe(before);
    await expect(cluster.network.dial({kind: 'Outside'}, {host: before?.status?.podIP ?? '', port: 8080})).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    cluster.kubelets.startNode('node-1');
    await eventually(() => cluster.pod('back')?.status?.containerStatuses?.[0]?.restartCount === 1, 'it is back');
    await ready('back');
    expect(cluster.pod('back')?.status?.podIP).toBe(before?.status?.podIP);
  });
});
