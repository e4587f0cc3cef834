import type {LoadComparison, LoadComparisonRow} from '../../model/index.ts';
import {duration, percent, whole} from './figures.ts';
import {escapeText, htmlTable} from './markup.ts';

const NAMES: Readonly<Record<LoadComparisonRow['metric'], string>> = {
  requestsPerSecond: 'requests a second',
  p50: 'latency p50',
  p90: 'latency p90',
  p99: 'latency p99',
  errorShare: 'failed',
};

/** Two runs side by side. */
export function comparisonSection(comparison: LoadComparison): string {
  const differences = comparison.planDifferences.map((text) => `<p class="warn">${escapeText(`The plans differ in ${text}`)}</p>`).join('');
  const rows = comparison.rows.map((row) => [
    row.via,
    NAMES[row.metric],
    value(row, row.before),
    value(row, row.after),
    changeText(row),
    row.verdict,
  ]);
  return `<section><h2>${escapeText(`Compared with ${comparison.with}`)}</h2>${differences}${htmlTable(
    ['path', 'figure', 'before', 'after', 'change (95 % interval)', ''],
    rows,
    [2, 3],
  )}</section>`;
}

function value({metric}: LoadComparisonRow, figure: number): string {
  if (metric === 'requestsPerSecond') return whole(figure);
  return metric === 'errorShare' ? percent(figure) : duration(figure);
}

function changeText({metric, change, interval}: LoadComparisonRow): string {
  if (change === null) return '-';
  const format =
    metric === 'errorShare'
      ? (share: number) => signed(share * 100, `${UNBROKEN}points`)
      : (ratio: number) => signed((ratio - 1) * 100, `${UNBROKEN}%`);
  return interval === null ? format(change) : `${format(change)} (${format(interval.low)} to${UNBROKEN}${format(interval.high)})`;
}

/** A narrow window breaks the line between figures, not within one. */
const UNBROKEN = '\u00a0';

function signed(figure: number, unit: string): string {
  return `${figure > 0 ? '+' : figure < 0 ? '−' : ''}${Math.abs(figure).toFixed(1)}${unit}`;
}
