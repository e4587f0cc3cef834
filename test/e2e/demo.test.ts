import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect, onTestFinished, test, vi} from 'vitest';
import {violations} from './schema.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
afterAll(() => user.leave());
/** Starts the command as a Node that is too old does. */
const HANDING_OVER = `
  Object.defineProperty(process, 'versions', {value: {...process.versions, node: '20.0.0'}});
  process.argv.splice(1, 0, 'run.js');
  require('./bin/run.js');
`;

test('the demo goes from nothing to load on three paths, exits 0, and leaves nothing with --no-keep', async () => {
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

for (const [whom, args] of [
  ['the command', [path.resolve('bin', 'run.js')]],
  ['a Node that is too old, and hands over to another', ['-e', HANDING_OVER, '--']],
] as const) {
  test(`Ctrl-C ends the demo with 130, and with --no-keep takes the sandbox away: of ${whom}`, async () => {
    const child = spawn(process.execPath, [...args, 'demo', '--no-keep'], {env: user.env, stdio: ['ignore', 'pipe', 'pipe']});
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

test('a command that a signal ends is seen to end by it, whoever has handed over', async () => {
  await user.kiada(['sandbox', 'up']);
  const child = spawn(process.execPath, ['-e', HANDING_OVER, '--', 'endpoints', 'watch', '-A'], {
    env: user.env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
});
