import {createHistogram, type RecordableHistogram} from 'node:perf_hooks';
import type {LatencySummary} from '../model/index.ts';

/** An hour in nanoseconds. */
const HIGHEST = 3_600_000_000_000;
/** Of a normal distribution: the middle 95 %. */
const Z95 = 1.959964;

/** Latencies in an HDR histogram: memory stays the same however many are recorded. Other threads may hold and merge what `histogram` is. */
export class Latencies {
  readonly histogram: RecordableHistogram;

  /** `figures`: significant figures that are kept apart. Three take 270 kB, two take 30 kB. */
  constructor(figures: 2 | 3 = 3) {
    this.histogram = createHistogram({lowest: 1, highest: HIGHEST, figures});
  }

  get count(): number {
    return this.histogram.count;
  }

  record(ms: number): void {
    this.histogram.record(Math.min(HIGHEST, Math.max(1, Math.round(ms * 1e6)))); // in nanoseconds
  }

  /** Takes in another's latencies, each as it was recorded: nothing is lost if both keep the same figures. */
  add(other: RecordableHistogram): void {
    if (other.count > 0) this.histogram.add(other);
  }

  reset(): void {
    this.histogram.reset();
  }

  percentile(percent: number): number {
    return percentileMs(this.histogram, percent);
  }

  /** In milliseconds; all zero where nothing was recorded. */
  summary(): LatencySummary {
    const {count, mean, max} = this.histogram;
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

  /**
   * Where the true percentile lies with 95 % confidence, by order statistics, for `draws` independent latencies (as many as were recorded
   * unless told otherwise). Latencies that follow each other are alike: the interval is rather too narrow.
   */
  interval(percent: number, draws: number = this.count): {readonly low: number; readonly high: number} {
    if (draws === 0) return {low: 0, high: 0};
    const share = percent / 100;
    const spread = Z95 * Math.sqrt((share * (1 - share)) / draws) * 100;
    return {low: this.percentile(percent - spread), high: this.percentile(percent + spread)};
  }

  /** Latencies by percentile, for charts: `[percentile, milliseconds]`. */
  percentiles(): readonly (readonly [number, number])[] {
    return this.count === 0 ? [] : [...this.histogram.percentiles].map(([percent, value]) => [percent, Number(value) / 1e6]);
  }
}

/** In milliseconds; 0 where nothing was recorded. */
export function percentileMs(histogram: RecordableHistogram, percent: number): number {
  return histogram.count === 0 ? 0 : histogram.percentile(Math.min(100, Math.max(1e-9, percent))) / 1e6;
}
