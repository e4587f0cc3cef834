import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {EndpointChange, EndpointsListResult, ProbeResult} from '../../src/model/index.ts';
import {lacks} from './programs.ts';
import {violations} from './schema.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 60_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
const manifest = (name: string) => path.resolve('test', 'e2e', 'manifests', name);

describe.skipIf(lacks('kubectl', 'sh'))('readiness', () => {
  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q', '--nodes', '2']));
    await user.kubectl('apply', '-f', manifest('gates.yaml'), '-f', manifest('suite-parts.yaml'));
    await user.kubectl('wait', '--for=jsonpath={.status.phase}=Running', 'pod/by-file', '--timeout=20s');
  });
  afterAll(() => user.leave());

  test('a pod without its file is no ready endpoint, and why not is told', async () => {
    const list = async () => (await user.json<EndpointsListResult>(['endpoints', 'list', 'gated'])).endpoints[0];
    await expect.poll(async () => (await list())?.detail ?? '', {timeout: 10_000}).toContain('/var/ready');
    expect(await list()).toMatchObject({pod: 'by-file', ready: false, serving: false});
    expect(violations('endpoints-list', await user.json(['endpoints', 'list', '-A']))).toEqual([]);
    expect(await user.kiada(['probe', 'svc/gated', '-q'])).toEqual({code: 1, stdout: '', stderr: ''});
  });

  test('publishNotReadyAddresses has it among the endpoints as ready all the same, and in DNS', async () => {
    const slices = await user.kubectl('get', 'endpointslices', '-l', 'kubernetes.io/service-name=gated-or-not', '-o', 'json');
    const endpoint = (JSON.parse(slices) as {items: {endpoints: {conditions: object}[]}[]}).items[0]?.endpoints[0];
    expect(endpoint?.conditions).toMatchObject({ready: true, serving: false});
    const answer = await user.json<{observed: {records: object[]}}>(['dns', 'resolve', 'gated-or-not']);
    expect(answer.observed.records).toHaveLength(1);
  });

  test('a gate that waits in vain ends with 124 and says so', async () => {
    const outcome = await user.kiada(['endpoints', 'watch', 'svc/gated', '-o', 'json', '--until', 'ready>=1', '--timeout', '500ms']);
    expect(outcome.code).toBe(124);
    const lines = outcome.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EndpointChange);
    expect(lines.map(({type}) => type)).toEqual(['added', 'synced']);
    expect(lines.flatMap((line) => violations('endpoints-watch', line))).toEqual([]);
    expect((await user.kiada(['probe', 'svc/gated', '-q', '--wait', '--timeout', '500ms'])).code).toBe(124);
  });

  test('it turns ready at the second success, not the first; watch, wait and probe --wait see it', async () => {
    const probe = user.kiada(['probe', 'svc/gated', '--wait', '--timeout', '20s', '-o', 'json']);
    const synced = Promise.withResolvers<void>();
    const onStdout = (text: string) => text.includes('"synced"') && synced.resolve();
    const watch = ['endpoints', 'watch', 'svc/gated', '-o', 'json', '--until', 'ready>=1', '--timeout', '20s'];
    const gate = user.kiada(watch, {onStdout});
    await Promise.race([synced.promise, gate]);
    await user.kubectl('exec', 'by-file', '--', 'touch', '/var/ready');
    const touched = Date.now();
    await user.kubectl('wait', '--for=condition=Ready', 'pod/by-file', '--timeout=20s');
    // with a period of 1 s the second success comes 1 s after the first
    expect(Date.now() - touched).toBeGreaterThan(900);

    const changes = (await user.succeed(gate)).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as EndpointChange);
    expect(changes.at(-1)).toMatchObject({type: 'changed', before: {ready: false}, after: {ready: true, pod: 'by-file'}});
    const result = JSON.parse((await user.succeed(probe)).stdout) as ProbeResult;
    expect(violations('probe', result)).toEqual([]);
    expect(result).toMatchObject({verdict: 'healthy', targets: [{ready: 1, total: 1}]});
  });

  test('a shell script branches on probe -q', async () => {
    const script = `if kiada probe -q svc/$1; then echo yes; else echo "no $?"; fi`;
    const shell = (service: string) =>
      user.run('sh', ['-c', `kiada() { "${process.execPath}" "${path.resolve('bin', 'run.js')}" "$@"; }; ${script}`, 'sh', service]);
    expect((await shell('gated')).stdout).toBe('yes\n');
    expect((await shell('nosuch')).stdout).toBe('no 3\n');
    await user.kubectl('exec', 'by-file', '--', 'rm', '/var/ready');
    await user.kubectl('wait', '--for=condition=Ready=false', 'pod/by-file', '--timeout=20s');
    expect((await shell('gated')).stdout).toBe('no 1\n');
  });

  test('Quote is ready while it serves a quote, Kiada while it answers on /healthz/ready', async () => {
    await user.kubectl('wait', '--for=condition=Ready', 'pod/quote-ready', 'pod/kiada-ready', '--timeout=20s');
    await user.kubectl('exec', 'quote-ready', '-c', 'quote-writer', '--', 'rm', '/var/local/output/quote');
    await user.kubectl('wait', '--for=condition=Ready=false', 'pod/quote-ready', '--timeout=20s');
    const {endpoints} = await user.json<EndpointsListResult>(['endpoints', 'list', 'quote']);
    expect(endpoints[0]?.detail).toContain('404');
    expect(await user.kubectl('describe', 'pod', 'quote-ready')).toContain(
      'Readiness probe failed: HTTP probe failed with statuscode: 404',
    );
  });
});
