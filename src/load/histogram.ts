/** What is counted of values, in a form that other threads and other machines can be sent. Of the same figures, two add up exactly. */
export interface HistogramCounts {
  /** Significant figures that are kept apart. */
  readonly figures: 2 | 3;
  /** How many values fell into each bucket. */
  readonly counts: Float64Array;
  readonly count: number;
  readonly sum: number;
  readonly max: number;
}

/** An hour in nanoseconds. */
const HIGHEST = 3_600_000_000_000;

/**
 * Counts of integers from 1 to an hour's nanoseconds in buckets of equal relative width, as HdrHistogram has them: small values have a bucket
 * each, and every power of two beyond is divided into as many. Memory stays the same however many are recorded.
 */
export class Histogram implements HistogramCounts {
  readonly figures: 2 | 3;
  readonly counts: Float64Array;
  count = 0;
  sum = 0;
  max = 0;

  constructor(figures: 2 | 3) {
    this.figures = figures;
    this.counts = new Float64Array(indexOf(HIGHEST, BITS[figures]) + 1);
  }

  record(value: number): void {
    const kept = Math.min(HIGHEST, Math.max(1, Math.round(value)));
    const index = indexOf(kept, BITS[this.figures]);
    this.counts[index] = (this.counts[index] as number) + 1;
    this.count++;
    this.sum += kept;
    if (kept > this.max) this.max = kept;
  }

  /** Takes in another's counts. Of three figures into two, each value stays within its precision. */
  add(other: HistogramCounts): void {
    const [from, to] = [BITS[other.figures], BITS[this.figures]];
    for (let index = 0; index < other.counts.length; index++) {
      const count = other.counts[index] as number;
      if (count === 0) continue;
      const target = from === to ? index : indexOf(Math.min(HIGHEST, highestOf(index, from)), to);
      this.counts[target] = (this.counts[target] as number) + count;
    }
    this.count += other.count;
    this.sum += other.sum;
    this.max = Math.max(this.max, other.max);
  }

  reset(): void {
    this.counts.fill(0);
    this.count = 0;
    this.sum = 0;
    this.max = 0;
  }
}

/** The highest value that cannot be told from the one of this rank (percent of the count); 0 where nothing was recorded. */
export function percentileOf({figures, counts, count, max}: HistogramCounts, percent: number): number {
  if (count === 0) return 0;
  const rank = Math.max(1, Math.floor((Math.min(100, Math.max(0, percent)) / 100) * count + 0.5));
  let seen = 0;
  for (let index = 0; index < counts.length; index++) {
    seen += counts[index] as number;
    if (seen >= rank) return Math.min(max, highestOf(index, BITS[figures]));
  }
  return max;
}

/** Half of the values that have a bucket of their own, as a power of two: ten to the figures fits in it. */
const BITS = {2: 7, 3: 10} as const;
const TWO_TO_32 = 2 ** 32;

function indexOf(value: number, bits: number): number {
  const log2 = value < TWO_TO_32 ? 31 - Math.clz32(value) : 63 - Math.clz32(value / TWO_TO_32);
  const power = log2 > bits ? log2 - bits : 0;
  return power * (1 << bits) + Math.floor(power < 31 ? value / (1 << power) : value / 2 ** power);
}

/** The highest value of a bucket. */
function highestOf(index: number, bits: number): number {
  const power = Math.max(0, (index >> bits) - 1);
  return (index - power * (1 << bits) + 1) * 2 ** power - 1;
}
