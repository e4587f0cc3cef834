import type {LatencySummary} from '../model/index.ts';
import {Histogram, type HistogramCounts, percentileOf} from './histogram.ts';

/** Of a normal distribution: the middle 95 %. */
const Z95 = 1.959964;

/** Latencies in an HDR histogram: memory stays the same however many are recorded. Other threads may be sent, and merge, what `histogram` is. */
export class Latencies {
  readonly histogram: Histogram;

  /** `figures`: significant figures that are kept apart. Three take 270 kB, two take 30 kB. */
  constructor(figures: 2 | 3 = 3) {
    this.histogram = new Histogram(figures);
  }

  get count(): number {
    return this.histogram.count;
  }

  record(ms: number): void {
    this.histogram.record(ms * 1e6); // in nanoseconds
  }

  /** Takes in another's latencies, each as it was recorded: nothing is lost if both keep the same figures. */
  add(other: HistogramCounts): void {
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
    const {count, sum, max} = this.histogram;
    return {
      mean: count === 0 ? 0 : sum / count / 1e6,
      p50: this.percentile(50),
      p90: this.percentile(90),
      p95: this.percentile(95),
      p99: this.percentile(99),
      p999: this.percentile(99.9),
      max: max / 1e6,
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
}

/** In milliseconds; 0 where nothing was recorded. */
export function percentileMs(histogram: HistogramCounts, percent: number): number {
  return percentileOf(histogram, percent) / 1e6;
}
