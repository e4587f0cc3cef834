import {createHistogram, type RecordableHistogram} from 'node:perf_hooks';
import type {LatencySummary} from '../model/index.ts';

/** Latencies in an HDR histogram of three significant figures: memory stays the same however many are recorded. */
export class Latencies {
  readonly #histogram: RecordableHistogram = createHistogram({lowest: 1, highest: 3_600_000_000_000, figures: 3});

  get count(): number {
    return this.#histogram.count;
  }

  record(ms: number): void {
    this.#histogram.record(Math.max(1, Math.round(ms * 1e6))); // in nanoseconds
  }

  reset(): void {
    this.#histogram.reset();
  }

  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#histogram.percentile(percent) / 1e6;
  }

  /** In milliseconds; all zero where nothing was recorded. */
  summary(): LatencySummary {
    const {count, mean, max} = this.#histogram;
    return {
      mean: count === 0 ? 0 : mean / 1e6,
      p50: this.percentile(50),
      p90: this.percentile(90),
      p95: this.percentile(95),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      max: count === 0 ? 0 : max / 1e6,
    };
  }

  /** Counts by percentile, for charts and for merging: `[percentile, milliseconds]`. */
  percentiles(): readonly (readonly [number, number])[] {
    return [...this.#histogram.percentiles].map(([percent, value]) => [percent, Number(value) / 1e6]);
  }
}
