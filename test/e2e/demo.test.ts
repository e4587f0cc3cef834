import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect, onTestFinished, test, vi} from 'vitest';
import {lacks} from './programs.ts';
import {violations} from './schema.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
afterAll(() => user.leave());
/** The command as a Node that is too old starts it: it hands over to another. */
const OLD_NODE = path.join(user.home, 'data', 'old-node.cjs');
writeFileSync(
  OLD_NODE,
  `Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.0.0'}});
   require(${JSON.stringify(path.resolve('bin', 'run.js'))});`,
);

test('the demo goes from nothing to load on three paths, exits 0, and leaves nothing with --no-keep', async () => {
  // a folder that is there but holds nothing is no sandbox that was there before
  mkdirSync(path.join(user.home, 'data', 'kiada', 'sandboxes', 'default'), {recursive: true});
  const {code, stdout, stderr} = await user.kiada(['demo', '--no-keep', '--duration', '1s', '-o', 'json'], {timeoutMs: 60_000});
  expect({code, stderr: code === 0 ? '' : stderr, stdout: code === 0 ? '' : stdout}).toEqual({code: 0, stderr: '', stdout: ''});
  const result: unknown = JSON.parse(stdout);
  expect(violations('demo', result)).toEqual([]);
  const paths = [...stdout.matchAll(/"via": "(\w+)"/g)].map(([, via]) => via);
  expect(paths).toEqual(expect.arrayContaining(['clusterip', 'nodeport', 'loadbalancer']));
  expect(existsSync(path.join(user.home, 'data', 'kiada', 'sandboxes', 'default'))).toBe(false);
  expect(readdirSync(user.home).filter((name) => !['data', 'kubeconfig', '.cache'].includes(name))).toEqual([]);
  expect(readFileSync(path.join(user.home, 'kubeconfig'), 'utf8')).not.toContain('kiada-sandbox');
});

test('a sandbox that was there before and was down keeps what it held, and is down again', async () => {
  await user.kiada(['sandbox', 'up', '--name', 'kept']);
  const inIt = ['--context', 'kiada-sandbox-kept'];
  await user.kubectl(...inIt, 'create', 'configmap', 'mine', '--from-literal=a=b');
  await user.kiada(['sandbox', 'down', '--name', 'kept']);
  await user.succeed(user.kiada(['demo', '--no-keep', '--name', 'kept', '--duration', '1s', '-o', 'json'], {timeoutMs: 60_000}));
  expect(await user.status('kept')).toMatchObject({running: false});
  await user.kiada(['sandbox', 'up', '--name', 'kept']);
  const held = await user.kubectl(...inIt, 'get', 'configmap,service', '-o', 'name');
  expect(held).toContain('configmap/mine');
  expect(held).not.toContain('service/quiz');
  await user.kiada(['sandbox', 'delete', '--name', 'kept']);
});

for (const [whom, script] of [
  ['the command', path.resolve('bin', 'run.js')],
  ['a Node that is too old, and hands over to another', OLD_NODE],
] as const) {
  test(`Ctrl-C ends the demo with 130, and with --no-keep takes the sandbox away: of ${whom}`, async () => {
    const child = spawn(process.execPath, [script, 'demo', '--no-keep'], {env: user.env, stdio: ['ignore', 'pipe', 'pipe']});
    onTestFinished(() => void child.kill('SIGKILL'));
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const sandbox = path.join(user.home, 'data', 'kiada', 'sandboxes', 'default');
    await expect.poll(() => stdout).toContain('The Kiada suite in');
    expect(existsSync(sandbox)).toBe(true);
    child.kill('SIGINT');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect({code, signal, stderr}).toMatchObject({code: 130, signal: null, stderr: expect.stringContaining('interrupted')});
    expect(existsSync(sandbox)).toBe(false);
  });
}

test.skipIf(lacks('script')).each([
  ['once it is under way', 'The Kiada suite in'],
  ['before its sandbox is up', null],
])('Ctrl-C at a terminal takes the sandbox away, however many processes hear of it: %s', async (_, shown) => {
  // in the shell's place: Ctrl-C would end a shell at once, and its code would stand for the demo's
  const command = `exec '${process.execPath}' '${OLD_NODE}' demo --no-keep`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {env: user.env});
  onTestFinished(() => void child.kill('SIGKILL'));
  let screen = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
  });
  const sandbox = path.join(user.home, 'data', 'kiada', 'sandboxes', 'default');
  await expect.poll(() => (shown === null ? existsSync(sandbox) : screen.includes(shown)), {interval: 10}).toBe(true);
  child.stdin.write('\x03');
  const [code] = await once(child, 'close');
  expect(code, screen).toBe(130);
  expect(existsSync(sandbox)).toBe(false);
  // nobody gave this terminal a size: it counts as one of 80 columns
  if (shown !== null) expect(Math.max(...screen.split('\n').map(({length}) => length))).toBeGreaterThan(60);
});

test('a command that a signal ends is seen to end by it, whoever has handed over', async () => {
  await user.kiada(['sandbox', 'up']);
  const child = spawn(process.execPath, [OLD_NODE, 'endpoints', 'watch', '-A'], {
    env: user.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
});
