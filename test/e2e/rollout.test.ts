import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {LoadResult} from '../../src/model/index.ts';
import {lacks} from './programs.ts';
import {User} from './user.ts';

vi.setConfig({testTimeout: 90_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
let loads = 0;

describe.skipIf(lacks('kubectl'))('kubectl rollout of a Deployment behind a Service under load', () => {
  beforeAll(async () => {
    await user.succeed(user.kiada(['sandbox', 'up', '-q']));
    await user.kubectl('apply', '-f', path.resolve('test', 'e2e', 'manifests', 'rollout.yaml'));
    await user.kubectl('rollout', 'status', 'deploy/web', '--timeout=60s');
  });
  afterAll(() => user.leave());

  test('fails no request where pods go on serving before they stop', async () => {
    const run = await loadWhileRollingOut('--rate', '100', '--connection-per-request');
    expect(run.requests).toBeGreaterThan(500);
    expect(run.errors).toEqual({refused: 0, timeout: 0, reset: 0, status: 0, other: 0});
    // it was no quiet time: all three pods were exchanged, and the new ones got their part
    expect(run.drains).toHaveLength(3);
    const newcomers = run.distribution.rows.filter(({predicted}) => predicted === 0);
    expect(newcomers.reduce((sum, {count}) => sum + count, 0)).toBeGreaterThan(100);
  });

  test('without that, connections in use break, and each failed request is told with the pod that was going', async () => {
    const patch = JSON.stringify([{op: 'remove', path: '/spec/template/spec/containers/0/lifecycle'}]);
    await user.kubectl('patch', 'deploy', 'web', '--type=json', '-p', patch);
    await user.kubectl('rollout', 'status', 'deploy/web', '--timeout=60s');
    const run = await loadWhileRollingOut('--connections', '16');
    const failed = run.requests - run.succeeded;
    expect(run.errors.reset).toBeGreaterThan(0);
    expect(run.failures).toHaveLength(failed);
    // a connection that broke before its first answer did not say whose it was: then the pod that was going is suspected
    // a connection that was refused did not say whose it was: where it could have been for two pods that both went, it stays nobody's
    const unnamed = run.failures.filter(({endpoint, suspect}) => (endpoint ?? suspect) === null);
    expect(unnamed.filter(({kind}) => kind !== 'refused')).toEqual([]);
    expect(unnamed.length).toBeLessThan(failed / 3);
    expect(run.failures.filter((one) => one.endpointState === null && !unnamed.includes(one))).toEqual([]);
    expect(run.drains).toHaveLength(3);
    expect(run.drains.reduce((sum, drain) => sum + drain.failuresBefore + drain.failuresAfter, 0)).toBe(failed - unnamed.length);
  });
});

/** Load from outside the Deployment, and a restart of it as soon as the load is under way. */
async function loadWhileRollingOut(...flags: readonly string[]): Promise<LoadResult['runs'][number]> {
  const own = `/?load=${++loads}`; // pods that are on their way out still tell of the load before
  const load = user.json<LoadResult>(['load', 'svc/web', '--path', own, '--from', 'node/sandbox-1', '--duration', '10s', '-q', ...flags]);
  await expect.poll(() => arrivals(own), {timeout: 20_000, interval: 200}).not.toEqual([]);
  const before = await generation();
  await user.kubectl('rollout', 'restart', 'deploy/web');
  await user.kubectl('rollout', 'status', 'deploy/web', '--timeout=60s');
  expect(await generation()).toBeGreaterThan(before);
  const [run] = (await load).runs;
  if (run === undefined) throw new Error('there was no run');
  return run;
}

/** Requests of the last second for this path. */
async function arrivals(path: string): Promise<readonly string[]> {
  const log = await user.kubectl('logs', '-l', 'app=web', '--since=1s');
  return log.split('\n').filter((line) => line.includes(`"GET ${path} `));
}

async function generation(): Promise<number> {
  return Number(await user.kubectl('get', 'deploy', 'web', '-o', 'jsonpath={.status.observedGeneration}'));
}
