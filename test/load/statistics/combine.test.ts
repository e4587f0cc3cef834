import {describe, expect, it} from 'vitest';
import {combineTests} from '../../../src/load/statistics/index.ts';
import type {DistributionTest} from '../../../src/model/index.ts';

function tested(pValue: number | null, more: Partial<DistributionTest> = {}): DistributionTest {
  return {method: 'chi-square', pValue, verdict: 'as-predicted', note: '', ...more};
}

describe('the tests of several sources as one', () => {
  it('are as predicted where each is', () => {
    expect(combineTests([tested(0.4), tested(0.7), tested(0.1)])).toMatchObject({verdict: 'as-predicted'});
    expect(combineTests([tested(1, {method: 'single endpoint'}), tested(1, {method: 'single endpoint'})])).toMatchObject({
      verdict: 'as-predicted',
      pValue: 1,
    });
  });

  it('show what all have a little of, and what one alone has', () => {
    const little = tested(0.01);
    expect(combineTests([little]).verdict).toBe('as-predicted');
    expect(combineTests(Array(6).fill(little)).verdict).toBe('skewed');
    const fair = Array.from({length: 49}, () => tested(0.5));
    expect(combineTests([...fair, tested(1e-7, {verdict: 'skewed'})]).verdict).toBe('skewed');
  });

  it('are skewed where one source met what it should not', () => {
    const stray = tested(0, {method: 'impossible', verdict: 'skewed', note: 'web-2 got 1 connection and should get none'});
    expect(combineTests([tested(0.4), stray])).toEqual(stray);
    const wandering = tested(null, {method: 'affinity', verdict: 'skewed'});
    expect(combineTests([tested(null, {method: 'affinity'}), wandering])).toEqual(wandering);
  });

  it('are undecided where a source is', () => {
    expect(combineTests([tested(0.4), tested(null, {verdict: 'undecided'})]).verdict).toBe('undecided');
    expect(combineTests([tested(null, {method: 'none', verdict: 'undecided'})]).verdict).toBe('undecided');
    expect(combineTests([]).verdict).toBe('undecided');
  });

  it('raise false alarms no more often than stated', () => {
    let alarms = 0;
    let state = 7;
    const random = (): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const runs = 5_000;
    for (let run = 0; run < runs; run++) {
      const sources = Array.from({length: 3}, () => tested(Math.max(random(), 1e-12)));
      if (combineTests(sources, 0.05).verdict === 'skewed') alarms++;
    }
    expect(alarms / runs).toBeLessThan(0.05);
    expect(alarms / runs).toBeGreaterThan(0.01); // a test that never alarms would pass as well
  });
});
