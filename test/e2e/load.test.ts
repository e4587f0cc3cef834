import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import type {LoadResult} from '../../src/model/index.ts';
import {freeNodePorts, type Outcome, User} from './user.ts';

vi.setConfig({testTimeout: 120_000, hookTimeout: 90_000}); // real processes, on a machine that may be busy
const user = new User();
/** Each request a draw of its own, and its answer the name of a pod. */
const COUNTED = ['-n', '240', '--connection-per-request', '--path', '/hostname', '--identify', 'body:.+', '-q'];
const DATAGRAMS = ['--udp', '--body', 'echo hello', '-n', '200', '-q'];

describe('load in scripts', () => {
  beforeAll(async () => {
    const [nodePort = 0] = await freeNodePorts(1);
    const text = readFileSync(path.resolve('test', 'e2e', 'manifests', 'load.yaml'), 'utf8').replace('NODE_PORT', String(nodePort));
    await user.succeed(user.kiada(['sandbox', 'up', '-q']));
    await user.succeed(user.kiada(['apply', '-f', '-', '--wait', '-q'], {input: text}));
  });
  afterAll(() => user.leave());

  test('exit 0 where no condition holds, along every path', async () => {
    const {code, stdout} = await load('fair', '--via', 'all', ...failIf('skew', 'p99>30s', 'errors>0', 'errors>0.1%'));
    expect(stdout).toMatch(/^clusterip [\s\S]*^nodeport /m);
    expect(stdout).not.toContain('missed');
    expect(code).toBe(0);
  });

  test('exit 1 where the latency is above, and where both a skew and a latency are', async () => {
    const slow = await load('fair', '--via', 'clusterip', ...failIf('skew', 'p99>0.001ms'));
    expect([slow.code, missed(slow)]).toEqual([1, ['p99>0.001ms (clusterip)']]);
    const both = await load('lying', '--via', 'all', ...failIf('skew', 'p99>0.001ms'));
    expect([both.code, missed(both)]).toEqual([1, ['skew (clusterip)', 'p99>0.001ms (clusterip)']]);
  });

  test('exit 1 for a skew alone: half of the requests should go to a pod that nobody hears of', async () => {
    const {code, stdout} = await load('lying', ...failIf('skew', 'p99>30s', 'errors>0'));
    expect(stdout).toMatch(/not as predicted \(.*p < 0\.001\)/);
    expect(code).toBe(1);
  });

  test('exit 1 for failed requests, and 2 for a condition that is none', async () => {
    const refused = await load('nobody', ...failIf('errors>0.1%'));
    expect([refused.code, missed(refused)]).toEqual([1, ['errors>0.1% (clusterip)']]);
    const wrong = await load('fair', ...failIf('p42>1ms'));
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('p42>1ms');
  });

  test('a script can decide by it', async () => {
    const script = `gate() { if "$@" >/dev/null 2>&1; then echo passed; else echo "stopped by $?"; fi; }
gate $KIADA load svc/fair --fail-if skew ${COUNTED.join(' ')}
gate $KIADA load svc/lying --fail-if skew ${COUNTED.join(' ')}
gate $KIADA load svc/absent --fail-if skew ${COUNTED.join(' ')}`;
    const env = {KIADA: `${process.execPath} ${path.resolve('bin', 'run.js')}`};
    const {stdout} = await user.succeed(user.run('sh', ['-c', script], {env, timeoutMs: 60_000}));
    expect(stdout).toBe('passed\nstopped by 1\nstopped by 3\n');
  });

  test('--compare holds a run against an earlier one, with intervals, and a report can be written of it', async () => {
    const file = path.join(user.home, 'old.json');
    const args = ['load', 'svc/fair', '--via', 'clusterip', '--duration', '2s', '--rate', '50', '--path', '/hostname', '-q'];
    writeFileSync(file, (await user.succeed(user.kiada([...args, '-o', 'json']))).stdout);
    const page = path.join(user.home, 'page.html');
    const {comparison, plan} = await user.json<LoadResult>([...args, '--compare', file, '--report', page]);
    expect(plan).toMatchObject({protocol: 'http/1.1', mode: 'open', rate: 50});
    expect(comparison).toMatchObject({with: file, planDifferences: []});
    expect(comparison?.rows.map(({metric}) => metric)).toEqual(['requestsPerSecond', 'p50', 'p90', 'p99', 'errorShare']);
    for (const {metric, interval, change} of comparison?.rows ?? []) {
      if (metric !== 'p50' && metric !== 'p90') continue;
      expect(interval?.low).toBeLessThanOrEqual(change as number);
      expect(interval?.high).toBeGreaterThanOrEqual(change as number);
    }
    expect(existsSync(page) && readFileSync(page, 'utf8')).toContain('Compared with');
    writeFileSync(file, '{"runs": 1}');
    expect((await user.kiada([...args, '--compare', file])).code).toBe(2);
    expect((await user.kiada([...args, '--compare', `${file}.gone`])).code).toBe(3);
  });

  test('plain TCP and UDP say what they need', async () => {
    const tcp = await user.json<LoadResult>(['load', 'svc/fair', '--via', 'clusterip', '--tcp', '-n', '40', '-q']);
    expect(tcp.runs[0]).toMatchObject({requests: 40, succeeded: 40, statusCodes: {}});
    const udp = await load('fair', '--udp', '--body', 'hostname');
    expect([udp.code, udp.stderr]).toEqual([3, expect.stringContaining('has no UDP port')]);
  });

  test('datagrams go along every path of a UDP Service, from pods, nodes and outside, and name the endpoints that they reach', async () => {
    const send = (...place: readonly string[]) =>
      user.json<LoadResult>(['load', 'svc/echo', ...DATAGRAMS, '--via', 'all', '--connection-per-request', ...place]);
    const usual = await send();
    const others = [await send('--from', 'pod/impostor'), await send('--from', 'node/sandbox-1'), await send('--workers', '2')];
    for (const {runs} of [usual, ...others]) {
      expect(runs.map(({via}) => via)).toEqual(['clusterip', 'nodeport']);
      for (const {requests, succeeded, distribution} of runs) {
        expect([requests, succeeded, distribution.unidentified]).toEqual([200, 200, 0]);
        expect(distribution.rows.map(({pod, predicted}) => [pod, predicted]).toSorted()).toEqual([
          ['honest', 0.5],
          ['other', 0.5],
        ]);
      }
    }
    expect(usual.runs.map(({distribution}) => distribution.test.verdict)).toEqual(['as-predicted', 'as-predicted']);
  });

  test('a UDP Service without endpoints refuses, and is not taken for one that keeps silent', async () => {
    const {runs} = await user.json<LoadResult>(['load', 'svc/unheard', ...DATAGRAMS, '--via', 'clusterip']);
    expect(runs[0]).toMatchObject({requests: 200, succeeded: 0, errors: {refused: 200, timeout: 0, reset: 0, status: 0, other: 0}});
  });
});

function load(service: string, ...args: readonly string[]): Promise<Outcome> {
  return user.kiada(['load', `svc/${service}`, ...COUNTED, ...args], {timeoutMs: 90_000});
}

function failIf(...conditions: readonly string[]): readonly string[] {
  return conditions.flatMap((condition) => ['--fail-if', condition]);
}

function missed({stdout}: Outcome): readonly string[] {
  return [...stdout.matchAll(/^missed: (.+)$/gm)].map(([, text]) => text as string);
}
