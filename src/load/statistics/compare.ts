import type {Interval} from '../../model/index.ts';
import {wilsonInterval} from './share.ts';

/** Quantiles of Student's t for 95 % confidence, by degrees of freedom from 1; the normal one beyond. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
] as const;
const Z95 = 1.959964;

/** A positive figure with how far it may be off. */
export interface Measured {
  readonly value: number;
  /** Half the width of its 95 % interval, on a logarithmic scale. null: not known. */
  readonly logSpread: number | null;
}

/**
 * How far a figure may be off that is a mean over seconds: seconds are taken as draws of their own, so that what makes neighbouring
 * requests alike (a pause, a busy neighbour) widens the interval. null for fewer than three seconds.
 */
export function logSpreadOfSeconds(values: readonly number[]): number | null {
  const logs = values.filter((value) => value > 0).map((value) => Math.log(value));
  if (logs.length < 3) return null;
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  return (T95[logs.length - 2] ?? Z95) * Math.sqrt(variance / logs.length);
}

/** Half the width of an interval on a logarithmic scale. null where it has no logarithm. */
export function logSpreadOf({low, high}: Interval): number | null {
  return low > 0 && high > 0 ? (Math.log(high) - Math.log(low)) / 2 : null;
}

/** After as a multiple of before, with its 95 % interval. null where either is nothing or its spread is not known. */
export function ratioOf(before: Measured, after: Measured): {readonly change: number; readonly interval: Interval | null} | null {
  if (!(before.value > 0) || !(after.value > 0)) return null;
  const change = after.value / before.value;
  if (before.logSpread === null || after.logSpread === null) return {change, interval: null};
  const spread = Math.hypot(before.logSpread, after.logSpread);
  return {change, interval: {low: change * Math.exp(-spread), high: change * Math.exp(spread)}};
}

/** Difference of two shares with its 95 % interval: Newcombe's, of two Wilson intervals. */
export function shareDifference(
  before: {readonly count: number; readonly total: number},
  after: {readonly count: number; readonly total: number},
): {readonly change: number; readonly interval: Interval} {
  const share = ({count, total}: typeof before): number => (total === 0 ? 0 : count / total);
  const [low1, high1] = wilsonInterval(before.count, before.total);
  const [low2, high2] = wilsonInterval(after.count, after.total);
  const change = share(after) - share(before);
  return {
    change,
    interval: {
      low: change - Math.hypot(share(after) - low2, high1 - share(before)),
      high: change + Math.hypot(high2 - share(after), share(before) - low1),
    },
  };
}
