import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, expect, test, vi} from 'vitest';
import {lacks} from './programs.ts';
import {type Outcome, User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const dataDir = path.join(user.home, 'data', 'kiada', 'sandboxes', 'default');
const noKubectl = lacks('kubectl');

beforeAll(async () => {
  await user.succeed(user.kiada(['sandbox', 'up', '-q']));
  await user.succeed(user.kiada(['apply', 'suite', '--wait', '-q']));
});
afterAll(() => user.leave());

test.skipIf(noKubectl)('kill -9 loses nothing: objects, addresses and quiz answers are there after the next up', async () => {
  const answer = ['-X', 'POST', '-H', 'content-type: application/json', '-d', '{"questionId": 6, "answerIndex": 0}'];
  const taken = await fromKiada([...answer, 'http://quiz/questions/6/answers']);
  expect(JSON.parse(taken.stdout)).toMatchObject({questionId: 6, correct: true});
  const before = await memory();
  process.kill((await user.status()).pid ?? 0, 'SIGKILL');

  await user.succeed(user.kiada(['sandbox', 'up', '-q']));
  await user.kubectl('wait', '--for=condition=Ready', 'pod', '--all', '--timeout=30s');
  expect(await memory()).toEqual(before);
  await expect.poll(async () => (await fromKiada(['http://quiz/questions/6/stats'])).stdout, {timeout: 10_000}).toContain('"answers":1');
});

test('down keeps everything and says so; up goes on with the same server and token', async () => {
  const before = await user.status();
  await user.succeed(user.kiada(['sandbox', 'down']));
  expect(await user.status()).toMatchObject({running: false, pid: null});
  expect(await user.kiada(['svc', 'list'])).toMatchObject({code: 4, stdout: ''});
  await user.succeed(user.kiada(['sandbox', 'down'])); // twice is no mistake
  await user.succeed(user.kiada(['sandbox', 'up', '-q']));
  const after = await user.status();
  expect(after).toMatchObject({running: true, server: before.server, dns: before.dns, socks5: before.socks5});
  expect((await user.json<{services: {name: string}[]}>(['svc', 'list'])).services.map(({name}) => name)).toContain('quiz');
});

test('up is idempotent, and two at once start one sandbox', async () => {
  const {pid} = await user.status();
  await user.succeed(user.kiada(['sandbox', 'up']));
  expect((await user.status()).pid).toBe(pid);
  const name = ['--name', 'twice', '--nodes', '1'];
  const pids = await Promise.all([1, 2].map(async () => (await user.json<{pid: number}>(['sandbox', 'up', ...name])).pid));
  expect(pids[0]).toBe(pids[1]);
  await user.succeed(user.kiada(['sandbox', 'delete', '--name', 'twice']));
});

test('two sandboxes side by side know nothing of each other', async () => {
  await user.succeed(user.kiada(['sandbox', 'up', '-q', '--name', 'other', '--nodes', '1']));
  const names = async (context: string) =>
    (await user.json<{services: {name: string}[]}>(['svc', 'list', '--context', context])).services.map(({name}) => name);
  expect(await names('kiada-sandbox-other')).toEqual(['kubernetes']);
  expect(await names('kiada-sandbox')).toEqual(['kiada', 'kubernetes', 'quiz', 'quote']);
  await user.succeed(user.kiada(['sandbox', 'delete', '--name', 'other']));
  expect(existsSync(path.join(user.home, 'data', 'kiada', 'sandboxes', 'other'))).toBe(false);
  expect(readFileSync(path.join(user.home, 'kubeconfig'), 'utf8')).not.toContain('kiada-sandbox-other');
  expect((await user.status()).running).toBe(true);
});

test('a damaged data folder is named and left as it is', async () => {
  await user.succeed(user.kiada(['sandbox', 'down']));
  const file = path.join(dataDir, 'cluster.db');
  const junk = Buffer.alloc(16_384, 'not a database ');
  writeFileSync(file, junk);
  const outcome = await user.kiada(['sandbox', 'up']);
  expect(outcome).toMatchObject({code: 2, stdout: ''});
  expect(outcome.stderr).toContain(dataDir);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(readFileSync(file).equals(junk)).toBe(true);
});

test('a folder of somebody else is neither used nor removed', async () => {
  const folder = path.join(user.home, 'letters');
  await user.run('mkdir', [folder]);
  writeFileSync(path.join(folder, 'letter.txt'), 'dear');
  expect(await user.kiada(['sandbox', 'delete', '--name', 'mine', '--data-dir', folder])).toMatchObject({code: 2});
  expect(readFileSync(path.join(folder, 'letter.txt'), 'utf8')).toBe('dear');
});

/** What must not change: every object's identity, the addresses of Services and pods. */
async function memory(): Promise<string[]> {
  const services = '{range .items[*]}{.metadata.uid} {.metadata.name} {.spec.clusterIPs} {.spec.ports[*].nodePort}{"\\n"}{end}';
  const pods = '{range .items[*]}{.metadata.uid} {.metadata.name} {.status.podIPs} {.spec.nodeName}{"\\n"}{end}';
  const text = [
    await user.kubectl('get', 'services', '-o', `jsonpath=${services}`),
    await user.kubectl('get', 'pods', '-o', `jsonpath=${pods}`),
    await user.kubectl(
      'get',
      'configmaps,secrets,pvc,nodes',
      '-o',
      'jsonpath={range .items[*]}{.metadata.uid} {.metadata.name}{"\\n"}{end}',
    ),
  ];
  const lines = text.join('').trim().split('\n');
  expect(lines.length).toBeGreaterThan(15);
  return lines;
}

function fromKiada(args: readonly string[]): Promise<Outcome> {
  return user.curlFrom('pod.kiada-001.default', args);
}
