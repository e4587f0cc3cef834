import type {DistributionTest} from '../../model/index.ts';
import {chiSquareStatistic, chiSquareTail} from './chi-square.ts';
import {exactMultinomial} from './exact-multinomial.ts';
import {detectableSkew} from './share.ts';

export interface DistributionQuestion {
  /** Endpoints (or pods, nodes, zones) with their predicted shares, which add up to one. One with share 0 must get nothing. */
  readonly expected: readonly {readonly name: string; readonly probability: number}[];
  /** How the connections went: each is one draw, however many requests it carried. */
  readonly connections: ReadonlyMap<string, number>;
  /** Requests in all, to say how they relate to the draws. */
  readonly requests: number;
  /** With ClientIP affinity: pairs of client address and entry node, each of which keeps to one endpoint. null: no affinity. */
  readonly affinityKeys: number | null;
  /** How often endpoints came, went or changed between ready and not ready meanwhile: what is expected did not hold throughout. */
  readonly changes?: number;
  /** How often a fair distribution may be called skewed. */
  readonly alpha?: number;
  /** How surely the skew that the note speaks of would be noticed. */
  readonly power?: number;
}

/** One in a thousand: a demonstration of many tests must not cry wolf. */
const ALPHA = 0.001;
const POWER = 0.8;
/**
 * Below this expected count the chi-square distribution is no good approximation. Cells of different sizes need more: by simulation, a cell
 * of 5 among large ones doubles the false alarms at one in a thousand.
 */
const SMALL = {even: 5, uneven: 20} as const;

/**
 * Whether connections were spread as predicted. Tested are connections, not requests: requests of one connection are a cluster that follows one
 * draw. The test is exact where its outcomes can be gone through, else Pearson's chi-square, small cells put together. `undecided` where so
 * few draws would not show an endpoint that gets nothing at all.
 */
export function testDistribution(question: DistributionQuestion): DistributionTest {
  const {expected, connections, affinityKeys, changes = 0} = question;
  const draws = [...connections.values()].reduce((sum, count) => sum + count, 0);
  if (draws === 0) return {method: 'none', pValue: null, verdict: 'undecided', note: 'no connection could be attributed to an endpoint'};
  if (changes > 0) {
    const note = `the endpoints changed ${changes === 1 ? 'once' : `${changes} times`} during the run: the prediction is that of its start`;
    return {method: 'none', pValue: null, verdict: 'undecided', note};
  }
  const possible = expected.filter(({probability}) => probability > 0);
  const stray = [...connections].find(([name, count]) => count > 0 && !possible.some((each) => each.name === name));
  if (stray) {
    const note = `${stray[0]} got ${countOf(stray[1], 'connection')} and should get none`;
    return {method: 'impossible', pValue: 0, verdict: 'skewed', note};
  }
  if (affinityKeys !== null) return judgeAffinity(connections, affinityKeys);
  if (possible.length === 1)
    return {method: 'single endpoint', pValue: 1, verdict: 'as-predicted', note: 'there is one endpoint, and it got all'};
  return testShares(question, possible, draws);
}

/** With affinity nothing is drawn again: there is no share to test, only that a client stays where it is. */
function judgeAffinity(connections: ReadonlyMap<string, number>, keys: number): DistributionTest {
  const used = [...connections.values()].filter((count) => count > 0).length;
  const kept = used <= keys;
  const clients = keys === 1 ? 'one client' : `${keys} pairs of client and entry node`;
  const note = kept
    ? `sessionAffinity ClientIP: ${clients} kept to ${countOf(used, 'endpoint')}`
    : `sessionAffinity ClientIP, but ${clients} met ${countOf(used, 'endpoint')}`;
  return {method: 'affinity', pValue: null, verdict: kept ? 'as-predicted' : 'skewed', note};
}

function testShares(question: DistributionQuestion, possible: DistributionQuestion['expected'], draws: number): DistributionTest {
  const {connections, requests, alpha = ALPHA, power = POWER} = question;
  const sum = possible.reduce((total, {probability}) => total + probability, 0);
  const shares = possible.map(({probability}) => probability / sum);
  const counts = possible.map(({name}) => connections.get(name) ?? 0);
  const {method, pValue} = pValueOf(counts, shares);
  if (pValue === null) {
    const note = `${countOf(draws, 'draw')} over ${countOf(shares.length, 'endpoint')} are too few for any test`;
    return {method, pValue, verdict: 'undecided', note};
  }
  const skew = detectableSkew(shares, draws, alpha, power);
  const note = noteOf(draws, requests, skew);
  if (pValue < alpha) return {method, pValue, verdict: 'skewed', note};
  return {method, pValue, verdict: skew >= Math.max(...shares) ? 'undecided' : 'as-predicted', note};
}

function pValueOf(counts: readonly number[], shares: readonly number[]): {readonly method: string; readonly pValue: number | null} {
  const exact = exactMultinomial(counts, shares);
  if (exact !== null) return {method: 'exact multinomial', pValue: exact};
  const merged = mergeSmall(counts, shares);
  if (merged.counts.length < 2) return {method: 'none', pValue: null};
  const pValue = chiSquareTail(chiSquareStatistic(merged.counts, merged.shares), merged.counts.length - 1);
  return {method: 'chi-square', pValue};
}

/** Puts cells together, smallest first, until each is expected to hold enough. */
function mergeSmall(counts: readonly number[], shares: readonly number[]): {counts: readonly number[]; shares: readonly number[]} {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cells = counts.map((count, index) => ({count, share: shares[index] as number})).sort((one, other) => one.share - other.share);
  const merged: {count: number; share: number}[] = [];
  const small = shares.every((share) => Math.abs(share - (shares[0] as number)) < 1e-9) ? SMALL.even : SMALL.uneven;
  let open: {count: number; share: number} | null = null;
  for (const cell of cells) {
    open = open === null ? {...cell} : {count: open.count + cell.count, share: open.share + cell.share};
    if (open.share * total < small) continue;
    merged.push(open);
    open = null;
  }
  const last = merged.at(-1);
  if (open !== null && last) merged[merged.length - 1] = {count: last.count + open.count, share: last.share + open.share};
  return {counts: merged.map(({count}) => count), shares: merged.map(({share}) => share)};
}

function noteOf(draws: number, requests: number, skew: number): string {
  const seen = skew >= 0.995 ? 'are too few to show any skew' : `would show a skew of ${percent(skew)}`;
  if (requests <= draws) return `${number(draws)} draws ${seen}`;
  return `${number(requests)} requests over ${countOf(draws, 'connection')} are ${number(draws)} draws, which ${seen}`;
}

function percent(share: number): string {
  const value = share * 100;
  return `${value >= 1.5 ? Math.round(value) : value.toPrecision(1)} %`;
}

function countOf(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
