import {lnGamma, upperGamma} from './gamma.ts';

/** Probability of a chi-square value of at least `x` with `df` degrees of freedom. */
export function chiSquareTail(x: number, df: number): number {
  return upperGamma(df / 2, x / 2);
}

/** The value that is exceeded with probability `tail`. */
export function chiSquareQuantile(tail: number, df: number): number {
  return bisect((x) => chiSquareTail(x, df) - tail);
}

/** Pearson's statistic of counts against expected shares. */
export function chiSquareStatistic(counts: readonly number[], shares: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.reduce((sum, count, index) => {
    const expected = total * (shares[index] as number);
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** Probability of at least `x` when the truth is off by the noncentrality `lambda`: a Poisson mixture of central ones. */
export function noncentralTail(x: number, df: number, lambda: number): number {
  const half = lambda / 2;
  const middle = Math.floor(half);
  const weight = (index: number): number => Math.exp(-half + index * Math.log(half) - lnGamma(index + 1));
  const reach = Math.ceil(12 * Math.sqrt(half + 1)) + 30;
  let sum = 0;
  for (let index = Math.max(0, middle - reach); index <= middle + reach; index++) {
    const share = weight(index);
    if (share > 1e-13) sum += share * chiSquareTail(x, df + 2 * index);
  }
  return Math.min(1, sum);
}

/** The noncentrality that a test at level `alpha` notices with probability `power`. */
export function neededNoncentrality(alpha: number, power: number, df: number): number {
  const critical = chiSquareQuantile(alpha, df);
  return bisect((lambda) => power - noncentralTail(critical, df, Math.max(lambda, 1e-9)));
}

/** Root of a falling function that is positive at 0. */
function bisect(value: (x: number) => number): number {
  let high = 1;
  while (value(high) > 0) high *= 2;
  let low = 0;
  for (let step = 0; step < 100 && high - low > 1e-8 * high; step++) {
    const middle = (low + high) / 2;
    if (value(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
