import {KiadaError} from '../../errors.ts';
import type {Verdict3} from '../../model/index.ts';

/** How many endpoints must be healthy, of how many there are. */
export type MinReady = (total: number) => number;

/** Parses `2`, `50%` or `all`. Throws USAGE for anything else. */
export function parseMinReady(text: string): MinReady {
  if (text === 'all') return (total) => Math.max(1, total);
  const match = /^(\d+)(%?)$/.exec(text);
  const amount = Number(match?.[1]);
  if (!match || (match[2] === '%' && amount > 100))
    throw new KiadaError('USAGE', `"${text}" is no number of endpoints`, {hint: 'Write a number, a share such as 50%, or all.'});
  return match[2] === '%' ? (total) => Math.max(1, Math.ceil((total * amount) / 100)) : () => amount;
}

/** Healthy when enough endpoints are; unknown when those that could not be checked might make it enough; unhealthy otherwise. */
export function verdictOf(
  counts: {readonly healthy: number; readonly unknown: number; readonly total: number},
  minReady: MinReady,
): Verdict3 {
  const wanted = minReady(counts.total);
  if (counts.healthy >= wanted) return 'healthy';
  return counts.healthy + counts.unknown >= wanted && counts.unknown > 0 ? 'unknown' : 'unhealthy';
}
