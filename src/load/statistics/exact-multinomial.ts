import {lnGamma} from './gamma.ts';

/** Outcomes that are enumerated at the most: some tens of milliseconds. */
const OUTCOME_LIMIT = 200_000;
/** Outcomes that are as likely as the observed one but for rounding count as likely. */
const ROUNDING = 1e-7;

/**
 * p-value of the exact multinomial test: the probability of all outcomes that are no more likely than the observed one. null where there are too
 * many outcomes to go through; with even shares only the ways to split the total matter, which are far fewer.
 */
export function exactMultinomial(counts: readonly number[], shares: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const even = shares.every((share) => Math.abs(share - (shares[0] as number)) < 1e-9);
  if (even) return partitionCount(total, counts.length) <= OUTCOME_LIMIT ? byPartitions(counts, total) : null;
  return compositionCount(total, counts.length) <= OUTCOME_LIMIT ? byCompositions(counts, shares, total) : null;
}

function byCompositions(counts: readonly number[], shares: readonly number[], total: number): number {
  const logs = shares.map((share) => Math.log(share));
  const lnFactorial = lnFactorials(total);
  const lnTotal = lnFactorial[total] as number;
  const observed = counts.reduce((sum, count, index) => sum + count * (logs[index] as number) - (lnFactorial[count] as number), lnTotal);
  let tail = 0;
  const walk = (index: number, left: number, ln: number): void => {
    const log = logs[index] as number;
    if (index === counts.length - 1) {
      const outcome = ln + left * log - (lnFactorial[left] as number);
      if (outcome <= observed + ROUNDING) tail += Math.exp(outcome);
      return;
    }
    for (let count = 0; count <= left; count++) walk(index + 1, left - count, ln + count * log - (lnFactorial[count] as number));
  };
  walk(0, total, lnTotal);
  return Math.min(1, tail);
}

/** Each way to split the total, parts in falling order, stands for all its arrangements over the cells. */
function byPartitions(counts: readonly number[], total: number): number {
  const cells = counts.length;
  const lnFactorial = lnFactorials(Math.max(total, cells));
  const constant = (lnFactorial[total] as number) - total * Math.log(cells);
  const observed = counts.reduce((sum, count) => sum - (lnFactorial[count] as number), constant);
  let tail = 0;
  /** `same` parts so far are equal to `largest`. */
  const walk = (index: number, left: number, largest: number, same: number, ln: number, lnArrangements: number): void => {
    if (left === 0) {
      const zeros = cells - index;
      if (ln <= observed + ROUNDING) tail += Math.exp(ln + lnArrangements - (lnFactorial[zeros] as number));
      return;
    }
    for (let part = Math.min(largest, left); part * (cells - index) >= left && part > 0; part--) {
      const run = part === largest ? same + 1 : 1;
      // Dividing by each run's length in turn divides by its factorial in the end.
      walk(index + 1, left - part, part, run, ln - (lnFactorial[part] as number), lnArrangements - Math.log(run));
    }
  };
  walk(0, total, total + 1, 0, constant, lnFactorial[cells] as number);
  return Math.min(1, tail);
}

/** Of 0 to `highest`. Once for all outcomes, which are many. */
function lnFactorials(highest: number): Float64Array {
  const table = new Float64Array(highest + 1);
  for (let n = 2; n <= highest; n++) table[n] = (table[n - 1] as number) + Math.log(n);
  return table;
}

function compositionCount(total: number, cells: number): number {
  return Math.exp(lnGamma(total + cells) - lnGamma(total + 1) - lnGamma(cells));
}

/** Partitions of `total` into at most `cells` parts; anything above the limit once it is passed. */
function partitionCount(total: number, cells: number): number {
  if (total > 20_000) return Number.POSITIVE_INFINITY;
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (let part = 1; part <= Math.min(cells, total); part++) {
    for (let sum = part; sum <= total; sum++) ways[sum] = (ways[sum] as number) + (ways[sum - part] as number);
    if ((ways[total] as number) > OUTCOME_LIMIT) return Number.POSITIVE_INFINITY;
  }
  return ways[total] as number;
}
