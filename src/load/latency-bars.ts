/** Bars for a factor of ten. */
const PER_DECADE = 10;
/** The first bar ends at a microsecond, the last one is open. */
const BARS = 9 * PER_DECADE;

/** Latencies by bars of equal width on a logarithmic scale, for a chart. */
export class LatencyBars {
  readonly counts: Float64Array;

  constructor(counts: Float64Array = new Float64Array(BARS + 1)) {
    this.counts = counts;
  }

  record(ms: number): void {
    const bar = Math.ceil(Math.log10(Math.max(1, ms * 1_000)) * PER_DECADE);
    const index = Math.min(BARS, bar);
    this.counts[index] = (this.counts[index] as number) + 1;
  }

  add(other: LatencyBars['counts']): void {
    for (let index = 0; index < this.counts.length; index++) this.counts[index] = (this.counts[index] as number) + (other[index] ?? 0);
  }

  /** From the first bar that holds something to the last. */
  bars(): readonly {readonly upToMs: number; readonly count: number}[] {
    const first = this.counts.findIndex((count) => count > 0);
    const last = this.counts.findLastIndex((count) => count > 0);
    if (first < 0) return [];
    return [...this.counts.subarray(first, last + 1)].map((count, index) => ({
      upToMs: Number((10 ** ((first + index) / PER_DECADE - 3)).toPrecision(6)),
      count,
    }));
  }
}
