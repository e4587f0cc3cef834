import {describe, expect, it} from 'vitest';
import {
  chiSquareQuantile,
  chiSquareTail,
  detectableSkew,
  exactMultinomial,
  neededNoncentrality,
  noncentralTail,
  testDistribution,
  wilsonInterval,
} from '../../../src/load/statistics/index.ts';

describe('the chi-square distribution', () => {
  // Critical values as statistical tables print them.
  it.each([
    [0.05, 1, 3.841],
    [0.05, 2, 5.991],
    [0.01, 3, 11.345],
    [0.001, 2, 13.816],
    [0.05, 30, 43.773],
    [0.95, 10, 3.94],
    [0.001, 100, 149.449],
  ])('is exceeded with probability %f for %i degrees of freedom at %f', (tail, df, value) => {
    expect(chiSquareQuantile(tail, df)).toBeCloseTo(value, 2);
    expect(chiSquareTail(value, df)).toBeCloseTo(tail, 3);
  });

  it('has a closed form for two degrees of freedom', () => {
    for (const x of [0.1, 1, 5, 20, 80]) expect(chiSquareTail(x, 2)).toBeCloseTo(Math.exp(-x / 2), 12);
  });

  // Cohen's table of noncentralities at alpha 0.05 and power 0.80.
  it.each([
    [1, 7.85],
    [2, 9.63],
    [3, 10.9],
    [5, 12.83],
  ])('needs the noncentrality of the tables for %i degrees of freedom', (df, lambda) => {
    expect(neededNoncentrality(0.05, 0.8, df)).toBeCloseTo(lambda, 1);
    expect(noncentralTail(chiSquareQuantile(0.05, df), df, lambda)).toBeCloseTo(0.8, 2);
  });
});

describe('the exact multinomial test', () => {
  it('agrees with counting by hand', () => {
    // Two draws from two even cells: both in one cell, 2 of 4 outcomes.
    expect(exactMultinomial([2, 0], [0.5, 0.5])).toBeCloseTo(0.5, 12);
    // Three: all in one cell, 2 of 8 outcomes.
    expect(exactMultinomial([3, 0], [0.5, 0.5])).toBeCloseTo(0.25, 12);
    // Three draws from three even cells, all in one: 3 of 27.
    expect(exactMultinomial([3, 0, 0], [1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(3 / 27, 12);
    expect(exactMultinomial([1, 1, 1], [1 / 3, 1 / 3, 1 / 3])).toBeCloseTo(1, 12);
    // Uneven: 3 of 3 in a cell of share 0.1, and nothing is less likely.
    expect(exactMultinomial([3, 0], [0.1, 0.9])).toBeCloseTo(0.001, 12);
  });

  it('gives the same for even shares by both ways of enumeration', () => {
    const uneven = [0.2500001, 0.2499999, 0.25, 0.25];
    for (const counts of [
      [5, 5, 5, 5],
      [9, 3, 4, 4],
      [12, 1, 3, 4],
    ]) {
      expect(exactMultinomial(counts, [0.25, 0.25, 0.25, 0.25])).toBeCloseTo(exactMultinomial(counts, uneven) as number, 3);
    }
  });

  it('gives up where there are too many outcomes', () => {
    expect(exactMultinomial([5000, 5000, 5000, 5000], [0.25, 0.25, 0.25, 0.25])).toBeNull();
    expect(exactMultinomial([50, 50, 50, 50, 60], [0.1, 0.2, 0.2, 0.2, 0.3])).toBeNull();
  });
});

it('Wilson’s interval is that of the tables', () => {
  const [low, high] = wilsonInterval(15, 50);
  expect(low).toBeCloseTo(0.191, 3);
  expect(high).toBeCloseTo(0.438, 3);
  expect(wilsonInterval(0, 10)[0]).toBe(0);
  expect(wilsonInterval(0, 0)).toEqual([0, 1]);
});

it('three thousand draws over three endpoints show a skew of four percent', () => {
  expect(detectableSkew([1 / 3, 1 / 3, 1 / 3], 3000, 0.001, 0.8)).toBeCloseTo(0.038, 2);
});

const THIRDS = ['a', 'b', 'c'].map((name) => ({name, probability: 1 / 3}));

function question(counts: Record<string, number>, more: Partial<Parameters<typeof testDistribution>[0]> = {}) {
  const connections = new Map(Object.entries(counts));
  const requests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return testDistribution({expected: THIRDS, connections, requests, affinityKeys: null, ...more});
}

describe('observed against predicted', () => {
  it('an even spread is as predicted, and says what it would have shown', () => {
    expect(question({a: 1017, b: 981, c: 1002})).toEqual({
      method: 'chi-square',
      pValue: expect.closeTo(0.72, 1),
      verdict: 'as-predicted',
      note: '3,000 draws would show a skew of 4 %',
    });
  });

  it('a skewed one is skewed', () => {
    expect(question({a: 1200, b: 900, c: 900})).toMatchObject({verdict: 'skewed'});
    expect(question({a: 60, b: 0, c: 0})).toMatchObject({verdict: 'skewed', method: 'exact multinomial'});
  });

  it('an endpoint that should get nothing and got something is enough', () => {
    expect(question({a: 10, b: 10, c: 10, d: 1})).toEqual({
      method: 'impossible',
      pValue: 0,
      verdict: 'skewed',
      note: 'd got 1 connection and should get none',
    });
  });

  it('few connections decide nothing however many requests they carry', () => {
    const result = question({a: 6, b: 1, c: 1}, {requests: 300_000});
    expect(result.verdict).toBe('undecided');
    expect(result.note).toMatch(/^300,000 requests over 8 connections are 8 draws, which/);
    expect(question({}).verdict).toBe('undecided');
  });

  it('with affinity only staying counts', () => {
    expect(question({a: 500}, {affinityKeys: 1})).toMatchObject({verdict: 'as-predicted', pValue: null});
    expect(question({a: 499, b: 1}, {affinityKeys: 1})).toMatchObject({verdict: 'skewed'});
    expect(question({a: 100, b: 200}, {affinityKeys: 3})).toMatchObject({verdict: 'as-predicted'});
  });

  it('endpoints that changed meanwhile leave it undecided', () => {
    const result = question({a: 100, b: 200, d: 5}, {changes: 2});
    expect(result).toMatchObject({verdict: 'undecided', pValue: null, note: expect.stringContaining('changed 2 times')});
  });

  it('more endpoints than draws are too few for any test, not a failure of it', () => {
    const expected = Array.from({length: 5_000}, (_, index) => ({name: String(index), probability: (index % 2 === 0 ? 1.5 : 0.5) / 5_000}));
    expect(question({0: 2, 2: 3, 3: 2}, {expected})).toMatchObject({verdict: 'undecided'});
  });

  it('one endpoint that gets all is as predicted', () => {
    expect(question({a: 3}, {expected: [{name: 'a', probability: 1}]})).toMatchObject({verdict: 'as-predicted'});
  });
});
