import type {DistributionTest} from '../../model/index.ts';
import {chiSquareTail} from './chi-square.ts';

const ALPHA = 0.001;

/**
 * The tests of several sources as one. Their p-values are put together twice: by Fisher's method, which shows a skew that all have a little of,
 * and by Bonferroni's, which shows one that a single source has; the smaller counts, doubled for having had two chances.
 */
export function combineTests(tests: readonly DistributionTest[], alpha: number = ALPHA): DistributionTest {
  const impossible = tests.find(({pValue}) => pValue === 0);
  if (impossible !== undefined) return impossible;
  const skewed = tests.find(({verdict, pValue}) => verdict === 'skewed' && pValue === null);
  if (skewed !== undefined) return skewed;
  // a source with one endpoint leaves nothing to chance
  const chances = tests.flatMap(({method, pValue}) => (pValue === null || method === 'single endpoint' ? [] : [pValue]));
  const undecided = tests.filter(({verdict}) => verdict === 'undecided');
  const [first] = tests;
  if (first === undefined) return {method: 'none', pValue: null, verdict: 'undecided', note: 'there is no source to test'};
  if (chances.length === 0) return undecided[0] ?? {...first, note: noteOf(tests.length, 0)};
  const pValue = Math.min(1, 2 * Math.min(fisher(chances), Math.min(...chances) * chances.length));
  const note = noteOf(tests.length, undecided.length);
  const verdict = pValue < alpha ? 'skewed' : undecided.length > 0 ? 'undecided' : 'as-predicted';
  return {method: `by source, ${chances.length === 1 ? 'one of them' : `${chances.length} p-values together`}`, pValue, verdict, note};
}

/** The probability of p-values whose product is as small, if each is as likely as any other. */
function fisher(chances: readonly number[]): number {
  const statistic = chances.reduce((sum, chance) => sum - 2 * Math.log(Math.min(1, chance)), 0);
  return chiSquareTail(statistic, 2 * chances.length);
}

function noteOf(all: number, undecided: number): string {
  if (undecided === 0) return `each of ${all} sources is held against what is predicted for its own place`;
  return `${undecided} of ${all} sources could not be decided by themselves`;
}
