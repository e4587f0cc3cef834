import {createHistogram} from 'node:perf_hooks';
import {describe, expect, it} from 'vitest';
import {Histogram, percentileOf} from '../../src/load/histogram.ts';

const PERCENTILES = [0.001, 1, 25, 50, 90, 99, 99.9];
const HOUR = 3_600_000_000_000;

/** From a nanosecond to half an hour, every power of two met. */
function values(count: number): readonly number[] {
  return Array.from({length: count}, (_, n) => Math.max(1, Math.round(1.5e12 ** (n / count))));
}

describe('a histogram', () => {
  for (const figures of [2, 3] as const) {
    it(`has the percentiles of Node's own with ${figures} figures`, () => {
      const [own, peer] = [new Histogram(figures), createHistogram({lowest: 1, highest: HOUR, figures})];
      for (const value of values(5_000)) {
        own.record(value);
        peer.record(value);
      }
      for (const percent of PERCENTILES) expect(percentileOf(own, percent)).toBe(peer.percentile(percent));
      expect(own.count).toBe(peer.count);
    });
  }

  it('of parts put together is that of all values', () => {
    const [one, other, merged, all] = [new Histogram(3), new Histogram(3), new Histogram(3), new Histogram(3)];
    for (const [index, value] of values(3_000).entries()) {
      (index % 3 === 0 ? one : other).record(value);
      all.record(value);
    }
    merged.add(one);
    merged.add(structuredClone(other)); // as a thread or an agent sends it
    expect(merged).toEqual(all);
  });

  it('taken into one of fewer figures keeps within their precision', () => {
    const [fine, coarse] = [new Histogram(3), new Histogram(2)];
    for (const value of values(3_000)) fine.record(value);
    coarse.add(fine);
    for (const percent of PERCENTILES) {
      const [exact, rough] = [percentileOf(fine, percent), percentileOf(coarse, percent)];
      expect(Math.abs(rough - exact) / exact).toBeLessThan(0.01);
    }
  });

  it('holds the least and the longest, and nothing of what was before a reset', () => {
    const histogram = new Histogram(3);
    for (const value of [0, 10 * HOUR]) histogram.record(value);
    expect([percentileOf(histogram, 0), percentileOf(histogram, 100), histogram.max]).toEqual([1, HOUR, HOUR]);
    histogram.reset();
    expect(histogram).toEqual(new Histogram(3));
    expect(percentileOf(histogram, 50)).toBe(0);
  });
});
