import {describe, expect, it} from 'vitest';
import {suspectsOf} from '../../src/flows/load/suspects.ts';
import type {LoadEngineResult} from '../../src/load/index.ts';
import type {EndpointChange, EndpointStatus, RouteEndpoint} from '../../src/model/index.ts';

const START = Date.parse('2026-03-01T09:00:00Z');
const NAMES = ['10.244.1.5:80', '10.244.2.5:80', '10.244.3.5:80'] as const;
const EXPECTED: readonly RouteEndpoint[] = NAMES.map((name, index) => ({
  address: name.split(':')[0] ?? '',
  port: 80,
  pod: `web-${index}`,
  node: null,
  zone: null,
  state: 'ready',
  probability: 1 / 3,
  sourceSeen: null,
}));

/** A run of a minute with a hundred answers a second of each endpoint until its last. */
function run(lastAnswers: readonly (number | null)[]): LoadEngineResult {
  const endpoints = NAMES.map((endpoint, index) => {
    const lastAnswerMs = lastAnswers[index] ?? null;
    return {endpoint, requests: (lastAnswerMs ?? 0) / 10, connections: 1, lastAnswerMs};
  });
  return {startedAtMs: START, durationMs: 60_000, endpoints} as unknown as LoadEngineResult;
}

function left(endpoint: string, afterMs: number): EndpointChange {
  const before = {ready: true, serving: true, terminating: false} as EndpointStatus;
  return {
    time: new Date(START + afterMs).toISOString(),
    type: 'changed',
    service: null,
    endpoint,
    before,
    after: {...before, ready: false, serving: false},
    reason: null,
  };
}

describe('a failed connection that names no endpoint', () => {
  const suspect = (result: LoadEngineResult, afterMs: number, changes: readonly EndpointChange[] = []) =>
    suspectsOf(result, changes, (name) => name)({begunMs: START + afterMs, refusedMs: null}, EXPECTED);

  it('was for the only one that was ready and had fallen silent', () => {
    expect(suspect(run([59_990, 10_000, 59_980]), 15_000)).toBe(NAMES[1]);
    expect(suspect(run([59_990, null, 59_980]), 15_000)).toBe(NAMES[1]);
  });

  it('is nobody’s where it could be for several, or for none', () => {
    expect(suspect(run([10_000, 10_500, 59_980]), 15_000)).toBeNull();
    expect(suspect(run([59_990, 59_970, 59_980]), 15_000)).toBeNull();
  });

  it('is nobody’s when it comes before the silence, or after the endpoint left', () => {
    expect(suspect(run([59_990, 10_000, 59_980]), 9_000)).toBeNull();
    expect(suspect(run([59_990, 10_000, 59_980]), 40_000, [left(NAMES[1], 32_000)])).toBeNull();
    expect(suspect(run([59_990, 10_000, 59_980]), 20_000, [left(NAMES[1], 32_000)])).toBe(NAMES[1]);
  });

  it('is the one’s that answered others until it refused this one', () => {
    const blame = suspectsOf(run([59_990, 10_000, 59_980]), [], (name) => name);
    const begunMs = START + 9_995;
    expect(blame({begunMs, refusedMs: START + 10_002}, EXPECTED)).toBe(NAMES[1]);
    expect(blame({begunMs, refusedMs: null}, EXPECTED)).toBeNull();
  });

  it('blames no silence that the end of the run makes', () => {
    expect(suspect(run([59_990, 59_500, 59_995]), 59_992)).toBeNull();
  });
});
