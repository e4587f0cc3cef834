import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {lacks} from './programs.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const REFUSED_BY_PROXY = 97; // curl's exit code

describe.skipIf(lacks('kubectl', 'curl'))('doors of the sandbox', () => {
  let ip = '';

  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q', '--nodes', '2']));
    await user.succeed(user.kiada(['apply', '-f', path.resolve('test', 'e2e', 'manifests', 'names.yaml'), '--wait', '-q']));
    await user.kubectl('label', 'pod', 'second', 'only=second');
    await user.kubectl('create', 'service', 'clusterip', 'second-only', '--tcp=80:8080');
    await user.kubectl(
      'patch',
      'svc',
      'second-only',
      '--type=json',
      '-p',
      '[{"op":"replace","path":"/spec/selector","value":{"only":"second"}}]',
    );
    ip = await user.kubectl('get', 'svc', 'both', '-o', 'jsonpath={.spec.clusterIP}');
  });
  afterAll(() => user.leave());

  test('SOCKS5 from a pod resolves as the pod does, and the server sees the pod', async () => {
    const pod = await user.kubectl('get', 'pod', 'first', '-o', 'jsonpath={.status.podIP}');
    const {stdout} = await user.curlFrom('pod.first.default', ['http://second-only/']);
    expect(stdout).toMatch(/in pod "second"/);
    expect(stdout).toContain(`Client IP: ${pod}\n`);
  });

  test('from a node a cluster IP works and a short name does not', async () => {
    expect((await user.curlFrom('node.sandbox-2', [`http://${ip}/`])).stdout).toMatch(/in pod "(first|second)"/);
    expect((await user.curlFrom('node.sandbox-2', ['http://both/'])).code).not.toBe(0);
  });

  test('from outside a cluster IP is no place to go', async () => {
    expect(await user.curlFrom('outside', ['-m', '3', `http://${ip}/`])).toMatchObject({code: REFUSED_BY_PROXY, stdout: ''});
  });

  test('a wrong password, no password and a vantage that is none are turned away', async () => {
    expect((await user.curlFrom('outside', [`http://${ip}/`], 'wrong')).code).toBe(REFUSED_BY_PROXY);
    expect((await user.curlFrom('outside', [`http://${ip}/`], '')).code).not.toBe(0);
    expect((await user.curlFrom('somewhere', [`http://${ip}/`])).code).toBe(REFUSED_BY_PROXY);
  });

  test('completion knows live names, and keeps silent without a cluster', async () => {
    const complete = async (...words: string[]) => (await user.succeed(user.kiada(['__complete', ...words]))).stdout.trim().split('\n');
    // it answers soon or not at all: a busy machine may need a second try
    await expect.poll(() => complete('svc', 'describe', 'b'), {timeout: 10_000}).toEqual(['both', 'by-hand', 'by-slice']);
    await expect.poll(() => complete('svc', 'route', 'both', '--from', 'pod/'), {timeout: 10_000}).toEqual(['pod/first', 'pod/second']);
    await expect.poll(() => complete('svc', 'list', '-n', 'def'), {timeout: 10_000}).toEqual(['default']);
    await expect.poll(() => complete('svc', 'list', '--context', ''), {timeout: 10_000}).toEqual(['kiada-sandbox']);
    const words = async () => (await complete('svc', '')).map((line) => line.split('\t')[0]);
    await expect.poll(words, {timeout: 10_000}).toContain('describe');
    await user.succeed(user.kiada(['sandbox', 'down']));
    expect(await user.kiada(['__complete', 'svc', 'describe', 'b'])).toEqual({code: 0, stdout: '', stderr: ''});
  });
});
