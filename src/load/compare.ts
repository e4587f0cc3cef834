import type {LoadComparisonRow, LoadResult, LoadRunResult} from '../model/index.ts';
import {logSpreadOf, logSpreadOfSeconds, type Measured, ratioOf, shareDifference} from './statistics/index.ts';

type Row = Omit<LoadComparisonRow, 'via'>;

/** The figures of two results side by side, path by path, with intervals; a path that only one of them has is left out. */
export function compareLoads(before: Pick<LoadResult, 'runs'>, after: Pick<LoadResult, 'runs'>): readonly LoadComparisonRow[] {
  return after.runs.flatMap((run) => {
    const old = before.runs.find((candidate) => candidate.via === run.via && candidate.from === run.from);
    const other = old ?? before.runs.find((candidate) => candidate.via === run.via);
    return other === undefined ? [] : rowsOf(other, run).map((row) => ({via: run.via, ...row}));
  });
}

function rowsOf(before: LoadRunResult, after: LoadRunResult): readonly Row[] {
  return [
    ratioRow('requestsPerSecond', rateOf(before), rateOf(after), 'higher'),
    ...(['p50', 'p90', 'p99'] as const).map((metric) => ratioRow(metric, latencyOf(before, metric), latencyOf(after, metric), 'lower')),
    errorRow(before, after),
  ];
}

function rateOf(run: LoadRunResult): Measured {
  const whole = run.timeline.filter((second) => second.atMs + 1_000 <= run.durationMs);
  return {value: run.requestsPerSecond, logSpread: logSpreadOfSeconds(whole.map((second) => second.requests))};
}

/** The wider of two views: all latencies as independent draws, and the seconds as such. */
function latencyOf(run: LoadRunResult, metric: 'p50' | 'p90' | 'p99'): Measured {
  const bySecond = logSpreadOfSeconds(run.timeline.map((second) => (metric === 'p99' ? second.p99Ms : second.p50Ms)));
  const byOrder = logSpreadOf(run.latencyIntervals[metric]);
  const spreads = [bySecond, byOrder].filter((spread) => spread !== null);
  return {value: run.latencyMs[metric], logSpread: spreads.length === 0 ? null : Math.max(...spreads)};
}

function ratioRow(metric: Row['metric'], before: Measured, after: Measured, better: 'higher' | 'lower'): Row {
  const ratio = ratioOf(before, after);
  const interval = ratio?.interval ?? null;
  return {
    metric,
    before: before.value,
    after: after.value,
    change: ratio?.change ?? null,
    interval,
    verdict: verdictOf(interval, 1, better),
  };
}

function errorRow(before: LoadRunResult, after: LoadRunResult): Row {
  const failed = (run: LoadRunResult) => ({count: run.requests - run.succeeded, total: run.requests});
  const {change, interval} = shareDifference(failed(before), failed(after));
  const share = (run: LoadRunResult): number => (run.requests === 0 ? 0 : (run.requests - run.succeeded) / run.requests);
  return {metric: 'errorShare', before: share(before), after: share(after), change, interval, verdict: verdictOf(interval, 0, 'lower')};
}

function verdictOf(interval: Row['interval'], none: number, better: 'higher' | 'lower'): Row['verdict'] {
  if (interval === null || (interval.low <= none && interval.high >= none)) return 'no difference shown';
  return interval.low > none === (better === 'higher') ? 'better' : 'worse';
}
