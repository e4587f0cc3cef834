import type {LoadComparison, LoadComparisonRow, LoadRunResult} from '../model/index.ts';
import type {Paint} from './paint.ts';
import {plainText} from './safe-text.ts';
import {table} from './table.ts';
import {wrap} from './wrap.ts';

/** Endpoints whose failures are told. */
const FAILED_SHOWN = 6;

/** Failed requests by endpoint and by what the slices said of it then; of those whose connection never came to be, the likely one. */
export function failureLines({failures, requests, succeeded}: LoadRunResult, {width}: {readonly width: number}): readonly string[] {
  const groups = Object.values(Object.groupBy(failures, ({endpoint, suspect, endpointState}) => `${endpoint ?? suspect} ${endpointState}`));
  const lines = groups.slice(0, FAILED_SHOWN).map((all = []) => {
    const [first] = all;
    const who = first?.endpoint ?? first?.suspect ?? null;
    const times = all.map(({time}) => time).toSorted();
    const span = `${times[0]?.slice(11, 23)} to ${times.at(-1)?.slice(11, 23)}`;
    const guessed = all.filter(({endpoint, suspect}) => endpoint === null && suspect !== null).length;
    const likely = guessed === 0 ? '' : ` (${guessed === all.length ? '' : `${guessed} of them `}most likely: it alone had fallen silent)`;
    const where =
      who === null ? 'at an endpoint that nobody named' : `at ${who} while it was ${first?.endpointState ?? 'unknown'}${likely}`;
    return wrap(plainText(`failed: ${all.length.toLocaleString('en-US')} ${where}, ${span}`), width, '  ');
  });
  const untold = requests - succeeded - failures.length;
  return [
    ...lines,
    ...(groups.length > FAILED_SHOWN ? [`  and failures at ${groups.length - FAILED_SHOWN} more endpoints`] : []),
    ...(untold > 0 && failures.length > 0 ? [`  and ${untold.toLocaleString('en-US')} later ones, which are only counted`] : []),
  ];
}

/** Each endpoint that stopped being ready during the run, and the requests that failed there before and after. */
export function drainLines(run: LoadRunResult, {width}: {readonly width: number}): readonly string[] {
  return run.drains.map((drain) => {
    const who = drain.pod ?? drain.endpoint;
    const after =
      drain.lastFailureMs === null
        ? 'no request failed there after that'
        : `${drain.failuresAfter} requests failed there after that, the last one ${Math.round(drain.lastFailureMs)} ms later`;
    const before = drain.failuresBefore > 0 ? `, ${drain.failuresBefore} before` : '';
    const answered = drain.lastAnswerAt === null ? 'it gave no answer' : `its last answer was at ${drain.lastAnswerAt.slice(11, 23)}`;
    return wrap(plainText(`${who} was ${drain.became} from ${drain.leftAt.slice(11, 23)} on: ${after}${before}; ${answered}`), width, '  ');
  });
}

const NAMES: Readonly<Record<LoadComparisonRow['metric'], string>> = {
  requestsPerSecond: 'requests/s',
  p50: 'p50',
  p90: 'p90',
  p99: 'p99',
  errorShare: 'failed',
};

/** This run beside an earlier one. */
export function renderComparison(comparison: LoadComparison, {width}: {readonly width: number}, paint: Paint): string {
  const columns = [
    {head: 'path'},
    {head: 'figure'},
    {head: 'before', align: 'right' as const},
    {head: 'after', align: 'right' as const},
    {head: 'change', align: 'right' as const},
    {head: '95 % interval', drop: 1},
    {head: ''},
  ];
  const verdicts = {better: paint.good, worse: paint.bad, 'no difference shown': paint.dim};
  const rows = comparison.rows.map((row) => [
    row.via,
    NAMES[row.metric],
    figure(row, row.before),
    figure(row, row.after),
    row.change === null ? null : change(row, row.change),
    row.interval === null ? null : `${change(row, row.interval.low)} to ${change(row, row.interval.high)}`,
    {painted: verdicts[row.verdict](row.verdict)},
  ]);
  return [
    `${paint.strong('compared with')} ${plainText(comparison.with)}`,
    ...comparison.planDifferences.map((text) => paint.warn(wrap(plainText(`the plans differ in ${text}`), width, '  '))),
    ...table(columns, rows, {width: width - 2})
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}

function figure({metric}: LoadComparisonRow, value: number): string {
  if (metric === 'requestsPerSecond') return Math.round(value).toLocaleString('en-US');
  return metric === 'errorShare' ? `${(value * 100).toFixed(2)} %` : `${value >= 100 ? Math.round(value) : value.toFixed(2)} ms`;
}

function change({metric}: LoadComparisonRow, value: number): string {
  const points = metric === 'errorShare' ? value * 100 : (value - 1) * 100;
  return `${points > 0 ? '+' : points < 0 ? '−' : ''}${Math.abs(points).toFixed(1)} ${metric === 'errorShare' ? 'points' : '%'}`;
}
