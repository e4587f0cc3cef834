import {describe, expect, it} from 'vitest';
import {compareLoads} from '../../../src/load/compare.ts';
import {Latencies} from '../../../src/load/latency.ts';
import {detectableSkew, testDistribution, wilsonInterval} from '../../../src/load/statistics/index.ts';
import type {LoadRunResult} from '../../../src/model/index.ts';
import {loadRun} from '../../render/load-result.ts';

/** How many runs each claim is held against; 10000 to hold it tightly. */
const RUNS = Number(process.env['KIADA_SIMULATED_RUNS'] ?? 600);
const TIMEOUT_MS = 30_000 + RUNS * 100;

/** Of a share that is `rate` in truth, no honest simulation is further off than this (four standard deviations). */
function slack(rate: number, runs = RUNS): number {
  return 4 * Math.sqrt((rate * (1 - rate)) / runs);
}

describe('a fair distribution is called skewed no more often than stated', () => {
  for (const {name, shares, draws} of [
    {name: 'few draws', shares: even(3), draws: 30},
    {name: 'some', shares: even(3), draws: 300},
    {name: 'many', shares: even(3), draws: 3_000},
    {name: 'more endpoints than an exact test can go through', shares: even(25), draws: 200},
    {name: 'a load balancer over nodes with one and three endpoints', shares: [1 / 2, 1 / 6, 1 / 6, 1 / 6], draws: 300},
    {name: 'small shares beside large ones', shares: [0.01, 0.01, 0.01, 0.01, 0.46, 0.5], draws: 600},
  ]) {
    it(
      `${name}: ${draws} draws over ${shares.length} endpoints`,
      () => {
        const random = seeded(42);
        const pick = picker(shares, random);
        const alarms = {0.05: 0, 0.001: 0};
        for (let run = 0; run < RUNS; run++) {
          const connections = tally(draws, pick);
          const {pValue} = testDistribution({expected: named(shares), connections, requests: draws, affinityKeys: null});
          if ((pValue ?? 1) < 0.05) alarms[0.05]++;
          if ((pValue ?? 1) < 0.001) alarms[0.001]++;
        }
        expect(alarms[0.05] / RUNS).toBeLessThan(0.05 + slack(0.05));
        // rare events: in so few runs only a rate that is several times too high shows
        expect(alarms[0.001] / RUNS).toBeLessThan(0.001 + Math.max(slack(0.001), 4 / RUNS));
      },
      TIMEOUT_MS,
    );
  }
});

it(
  'connections that carry many requests each raise no more alarms than single requests do; requests taken for draws would',
  () => {
    const random = seeded(7);
    const pick = picker(even(3), random);
    let [alarms, naive] = [0, 0];
    for (let run = 0; run < RUNS; run++) {
      const connections = tally(60, pick);
      const requests = new Map([...connections].map(([name, count]) => [name, count * 50]));
      const question = {expected: named(even(3)), requests: 3_000, affinityKeys: null, alpha: 0.01};
      if (testDistribution({...question, connections}).verdict === 'skewed') alarms++;
      if (testDistribution({...question, connections: requests}).verdict === 'skewed') naive++;
    }
    expect(alarms / RUNS).toBeLessThan(0.01 + slack(0.01));
    expect(naive / RUNS).toBeGreaterThan(0.5);
  },
  TIMEOUT_MS,
);

it(
  'a client with affinity stays where it is and raises no alarm, however unevenly that looks',
  () => {
    const random = seeded(9);
    for (let run = 0; run < RUNS; run++) {
      const entries = 1 + Math.floor(random() * 3);
      const connections = new Map<string, number>();
      for (let entry = 0; entry < entries; entry++) {
        const name = String(Math.floor(random() * 3));
        connections.set(name, (connections.get(name) ?? 0) + 1 + Math.floor(random() * 100));
      }
      const result = testDistribution({expected: named(even(3)), connections, requests: 100, affinityKeys: entries});
      expect(result.verdict).toBe('as-predicted');
    }
  },
  TIMEOUT_MS,
);

it(
  'the skew that a run says it would show is shown as often as it says',
  () => {
    const [draws, alpha, power] = [3_000, 0.001, 0.8];
    const skew = detectableSkew(even(3), draws, alpha, power);
    const shares = [1 / 3 + skew, 1 / 3 - skew / 2, 1 / 3 - skew / 2];
    const pick = picker(shares, seeded(11));
    let shown = 0;
    for (let run = 0; run < RUNS; run++) {
      const question = {expected: named(even(3)), connections: tally(draws, pick), requests: draws, affinityKeys: null, alpha};
      if (testDistribution(question).verdict === 'skewed') shown++;
    }
    expect(Math.abs(shown / RUNS - power)).toBeLessThan(slack(power) + 0.02);
  },
  TIMEOUT_MS,
);

it(
  'the interval of an endpoint’s share holds the true one in 95 of 100 runs, also where connections carry requests unevenly',
  () => {
    const random = seeded(13);
    let held = 0;
    for (let run = 0; run < RUNS; run++) {
      let [own, all, squares] = [0, 0, 0];
      for (let connection = 0; connection < 200; connection++) {
        const carried = 1 + Math.floor(random() * 20);
        if (random() < 0.25) own += carried;
        all += carried;
        squares += carried ** 2;
      }
      const draws = all ** 2 / squares;
      const [low, high] = wilsonInterval((own / all) * draws, draws);
      if (low <= 0.25 && high >= 0.25) held++;
    }
    expect(Math.abs(held / RUNS - 0.95)).toBeLessThan(slack(0.95) + 0.01);
  },
  TIMEOUT_MS,
);

it(
  'two runs of the same kind are told apart no more often than one time in twenty, for each figure',
  () => {
    const random = seeded(17);
    const runs = Math.ceil(RUNS / 4);
    const told = new Map<string, number>();
    for (let run = 0; run < runs; run++) {
      for (const row of compareLoads({runs: [simulated(random)]}, {runs: [simulated(random)]})) {
        if (row.verdict !== 'no difference shown') told.set(row.metric, (told.get(row.metric) ?? 0) + 1);
      }
    }
    for (const [metric, count] of told) expect(count / runs, metric).toBeLessThan(0.06 + slack(0.05, runs));
  },
  TIMEOUT_MS,
);

it('a run that is half as fast again is told apart from one that is not', () => {
  const random = seeded(19);
  const verdicts = compareLoads({runs: [simulated(random)]}, {runs: [simulated(random, 1.5)]}).map((row) => [row.metric, row.verdict]);
  expect(Object.fromEntries(verdicts)).toMatchObject({p50: 'worse', p90: 'worse', p99: 'worse', errorShare: 'no difference shown'});
});

/** Twelve seconds of log-normal latencies; each second has a mood of its own. */
function simulated(random: () => number, factor = 1): LoadRunResult {
  const all = new Latencies();
  const timeline = Array.from({length: 12}, (_, index) => {
    const second = new Latencies();
    const mood = Math.exp(normal(random) * 0.05);
    const requests = Math.round(300 * Math.exp(normal(random) * 0.03));
    for (let request = 0; request < requests; request++) {
      const ms = factor * mood * 3 * Math.exp(normal(random) * 0.5);
      second.record(ms);
      all.record(ms);
    }
    return {atMs: index * 1_000, requests, errors: 0, p50Ms: second.percentile(50), p99Ms: second.percentile(99)};
  });
  const requests = all.count;
  return loadRun({
    durationMs: 12_000,
    requests,
    succeeded: requests - Array.from({length: requests}).filter(() => random() < 0.01).length,
    requestsPerSecond: requests / 12,
    timeline,
    latencyMs: all.summary(),
    latencyIntervals: {p50: all.interval(50), p90: all.interval(90), p99: all.interval(99)},
  });
}

function even(count: number): readonly number[] {
  return Array.from({length: count}, () => 1 / count);
}

function named(shares: readonly number[]): readonly {name: string; probability: number}[] {
  return shares.map((probability, index) => ({name: String(index), probability}));
}

function picker(shares: readonly number[], random: () => number): () => string {
  return () => {
    let left = random();
    const index = shares.findIndex((share) => {
      left -= share;
      return left < 0;
    });
    return String(index < 0 ? shares.length - 1 : index);
  };
}

function tally(draws: number, pick: () => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (let draw = 0; draw < draws; draw++) {
    const name = pick();
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Of mean 0 and deviation 1 (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** The same numbers in each run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
