import {describe, expect, it} from 'vitest';
import {isMissed, parseFailIf, type ThresholdFacts} from '../../src/load/index.ts';

const FACTS: ThresholdFacts = {
  requests: 1000,
  requestsPerSecond: 500,
  errors: {refused: 1, timeout: 0, reset: 0, status: 1, other: 0},
  latencyMs: {mean: 2, p50: 1, p90: 3, p95: 4, p99: 50, p999: 80, max: 120},
  test: {method: 'chi-square', pValue: 0.5, verdict: 'as-predicted', note: ''},
};

describe('--fail-if', () => {
  it.each([
    ['p99>50ms', false],
    ['p99>=50ms', true],
    ['p99 > 0.049s', true],
    ['p99.9>79', true],
    ['p999>80', false],
    ['max<1s', true],
    ['mean>2500us', false],
    ['errors>0.1%', true],
    ['errors>0.2%', false],
    ['errors>1', true],
    ['rps<1000', true],
    ['rps<500', false],
    ['skew', false],
  ])('%s', (text, expected) => {
    expect(isMissed(parseFailIf(text), FACTS)).toBe(expected);
  });

  it('skew fails on a skewed distribution only, not on one that nobody can tell', () => {
    const skew = parseFailIf('skew');
    expect(isMissed(skew, {...FACTS, test: {...FACTS.test, verdict: 'skewed'}})).toBe(true);
    expect(isMissed(skew, {...FACTS, test: {...FACTS.test, verdict: 'undecided'}})).toBe(false);
  });

  it('a run without an answer keeps no promise about latency', () => {
    const silent = {mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0};
    expect(isMissed(parseFailIf('p99>50ms'), {...FACTS, latencyMs: silent})).toBe(true);
  });

  it.each(['', 'p98>1', 'p99', 'p99>x', 'errors>5ms', 'rps<5%', 'p99>5%', 'skew>1', 'p99=5'])('refuses %j with what there is', (text) => {
    expect(() => parseFailIf(text)).toThrow(expect.objectContaining({code: 'USAGE', hint: expect.stringContaining('errors>0.1%')}));
  });
});
