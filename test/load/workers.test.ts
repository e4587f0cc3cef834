import {afterEach, describe, expect, it} from 'vitest';
import {type LoadPlan, type LoadProgress, runLoadInWorkers} from '../../src/load/index.ts';
import {splitPlan} from '../../src/load/split-plan.ts';
import {type HardServer, startHardServer} from './hard-server.ts';

const script = new URL('./echo-worker.ts', import.meta.url);
const open: HardServer[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function server(): Promise<HardServer> {
  const started = await startHardServer({
    answerOf: (request) => (request % 20 === 7 ? 'reset' : 'plain'),
    requestsPerConnection: 100,
    delayMs: 0,
  });
  open.push(started);
  return started;
}

function plan(port: number, more: Partial<LoadPlan> = {}): LoadPlan {
  return {
    target: {host: '127.0.0.1', port},
    request: {method: 'GET', path: '/', host: null, headers: [], body: null},
    protocol: 'http/1.1',
    payload: null,
    tls: null,
    pace: {mode: 'closed'},
    connections: 5,
    connectionPerRequest: false,
    durationMs: null,
    requests: 2_001,
    warmupMs: 0,
    timeoutMs: 4_000,
    identify: {by: 'body', pattern: /nothing/},
    failureSamples: 10,
    ...more,
  };
}

describe('a run in several threads', () => {
  it('counts as one, to the request and the byte', async () => {
    const {port, counts} = await server();
    const result = await runLoadInWorkers(plan(port), {workers: 2, script, dialing: null});
    expect(result.requests).toBe(2_001);
    expect(result.errors.reset).toBe(counts.answers.reset);
    expect(result.bytesReceived).toBe(counts.bytesSent);
    expect(result.bytesSent).toBe(counts.bytesReceived);
    expect(result.connectionsOpened).toBe(counts.connections);
    expect(result.endpoints).toMatchObject([{endpoint: '10.0.0.1:80', requests: 2_001}]);
    expect(result.sourcesSeen).toEqual(['10.0.0.9']);
    expect(result.timeline.reduce((sum, second) => sum + second.requests, 0)).toBe(2_001);
    expect(result.latencyHistogram.reduce((sum, bar) => sum + bar.count, 0)).toBe(counts.answers.plain);
    expect(result.latencyMs.p50).toBeGreaterThan(0);
  });

  it('tells how far all of it is, and ends early when told to', async () => {
    const {port} = await server();
    const stop = new AbortController();
    const told: LoadProgress[] = [];
    const result = await runLoadInWorkers(plan(port, {requests: null, durationMs: 60_000}), {
      ...{workers: 2, script, dialing: null, progressMs: 30, signal: stop.signal},
      onProgress: (progress) => {
        told.push(progress);
        if (progress.requests > 100) stop.abort();
      },
    });
    expect(result.aborted).toBe(true);
    expect(result.requests).toBeGreaterThanOrEqual(told.at(-1)?.requests ?? Number.POSITIVE_INFINITY);
    expect(told.at(-1)?.p99Ms).toBeGreaterThan(0);
  });

  it('ends with the error of a thread whose way to the vantage is broken', async () => {
    const failed = runLoadInWorkers(plan(1), {workers: 2, script, dialing: 'shut'});
    await expect(failed).rejects.toMatchObject({code: 'UNREACHABLE', message: 'the door is shut', hint: 'open it'});
  });
});

it('the parts of a plan are the whole', () => {
  const pace = {mode: 'open', rate: 100, arrivals: 'poisson', rampMs: 0, steps: [{rate: 30, durationMs: 5}]} as const;
  const parts = splitPlan(plan(1, {pace, connections: 7, requests: 100}), 3);
  expect(parts.map((part) => part.connections)).toEqual([3, 2, 2]);
  expect(parts.map((part) => part.requests)).toEqual([34, 33, 33]);
  expect(parts.map((part) => part.pace)).toEqual(Array(3).fill({...pace, rate: 100 / 3, steps: [{rate: 10, durationMs: 5}]}));
  expect(splitPlan(plan(1, {connections: 2}), 8)).toHaveLength(2);
});
