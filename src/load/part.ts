import {Latencies} from './latency.ts';
import {LatencyBars} from './latency-bars.ts';
import type {ErrorKind} from './plan.ts';
import type {Recorded} from './recorder.ts';
import type {EndpointTally, LoadEngineResult} from './result.ts';
import type {Timeline} from './timeline.ts';

/** What one thread or agent did of a run. */
export interface LoadPart {
  /** Wall-clock start of its measured part, milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly missedStarts: number;
  readonly aborted: boolean;
  readonly recorded: Recorded;
}

/** The parts of a run as one result: counts add up, histograms are merged value by value. */
export function mergeParts(parts: readonly LoadPart[], timeline: Timeline, failureSamples: number): LoadEngineResult {
  const all = parts.map((part) => part.recorded);
  const sum = (value: (recorded: Recorded) => number): number => all.reduce((total, recorded) => total + value(recorded), 0);
  const latencies = new Latencies();
  const bars = new LatencyBars();
  for (const recorded of all) {
    latencies.add(recorded.latencies);
    bars.add(recorded.bars);
  }
  const startedAtMs = Math.min(...parts.map((part) => part.startedAtMs));
  const durationMs = Math.max(...parts.map((part) => part.startedAtMs + part.durationMs)) - startedAtMs;
  const requests = sum((recorded) => recorded.requests);
  const squares = sum((recorded) => recorded.carriedSquares);
  const [p50, p90, p99] = [latencies.interval(50), latencies.interval(90), latencies.interval(99)];
  return {
    startedAtMs,
    durationMs,
    requests,
    succeeded: sum((recorded) => recorded.succeeded),
    requestsPerSecond: durationMs > 0 ? requests / (durationMs / 1_000) : 0,
    bytesReceived: sum((recorded) => recorded.bytesReceived),
    bytesSent: sum((recorded) => recorded.bytesSent),
    errors: errorsOf(all),
    statusCodes: statusCodesOf(all),
    latencyMs: latencies.summary(),
    latencyIntervals: {p50, p90, p99},
    latencyHistogram: bars.bars(),
    connectionsOpened: sum((recorded) => recorded.connectionsOpened),
    effectiveDraws: squares === 0 ? 0 : sum((recorded) => recorded.carried) ** 2 / squares,
    missedStarts: parts.reduce((total, part) => total + part.missedStarts, 0),
    endpoints: sumTallies(all.flatMap((recorded) => recorded.endpoints)),
    unidentified: sum((recorded) => recorded.unidentified),
    sourcesSeen: [...new Set(all.flatMap((recorded) => [...recorded.sources]))].sort(),
    failures: all
      .flatMap((recorded) => recorded.failures)
      .toSorted((one, other) => one.timeMs - other.timeMs)
      .slice(0, failureSamples),
    timeline: timeline.buckets(),
    aborted: parts.some((part) => part.aborted),
  };
}

/** A part by another clock. */
export function shiftedBy(part: LoadPart, ms: number): LoadPart {
  if (ms === 0) return part;
  const failures = part.recorded.failures.map((failure) => ({...failure, timeMs: failure.timeMs + ms}));
  return {...part, startedAtMs: part.startedAtMs + ms, recorded: {...part.recorded, failures}};
}

/** Several counts of endpoints as one, by name. */
export function sumTallies(tallies: readonly EndpointTally[]): readonly EndpointTally[] {
  const sums = new Map<string, EndpointTally>();
  for (const {endpoint, requests, connections, lastAnswerMs} of tallies) {
    const before = sums.get(endpoint) ?? {requests: 0, connections: 0, lastAnswerMs: null};
    sums.set(endpoint, {
      endpoint,
      requests: before.requests + requests,
      connections: before.connections + connections,
      lastAnswerMs: lastAnswerMs === null ? before.lastAnswerMs : Math.max(lastAnswerMs, before.lastAnswerMs ?? 0),
    });
  }
  return [...sums.values()].sort((one, other) => (one.endpoint < other.endpoint ? -1 : 1));
}

function errorsOf(all: readonly Recorded[]): LoadEngineResult['errors'] {
  const count = (kind: ErrorKind): number => all.reduce((total, recorded) => total + recorded.errors[kind], 0);
  return {refused: count('refused'), timeout: count('timeout'), reset: count('reset'), status: count('status'), other: count('other')};
}

function statusCodesOf(all: readonly Recorded[]): Readonly<Record<string, number>> {
  const codes = new Map<number, number>();
  for (const recorded of all) for (const [code, count] of recorded.statusCodes) codes.set(code, (codes.get(code) ?? 0) + count);
  return Object.fromEntries([...codes].sort(([one], [other]) => one - other));
}
