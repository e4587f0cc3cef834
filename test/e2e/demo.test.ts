import {existsSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, expect, test, vi} from 'vitest';
import {violations} from './schema.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
afterAll(() => user.leave());

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
