import {KiadaError} from '../errors.ts';
import type {DistributionTest, LatencySummary, LoadErrors} from '../model/index.ts';

/** A condition under which a load run counts as failed. */
export type Threshold =
  | {readonly kind: 'skew'; readonly text: string}
  | {
      readonly kind: 'latency';
      readonly percentile: keyof LatencySummary;
      readonly above: boolean;
      readonly orEqual: boolean;
      readonly ms: number;
      readonly text: string;
    }
  | {
      readonly kind: 'errors';
      readonly above: boolean;
      readonly orEqual: boolean;
      readonly value: number;
      readonly isShare: boolean;
      readonly text: string;
    }
  | {readonly kind: 'rps'; readonly above: boolean; readonly orEqual: boolean; readonly value: number; readonly text: string};

/** What a threshold is held against. */
export interface ThresholdFacts {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly errors: LoadErrors;
  readonly latencyMs: LatencySummary;
  readonly test: DistributionTest;
}

const FORM = /^(p50|p90|p95|p99|p99\.9|p999|mean|max|errors|rps)\s*(>=|<=|>|<)\s*(\d+(?:\.\d+)?)\s*(us|µs|ms|s|%|)$/;
const UNIT_MS: Readonly<Record<string, number>> = {us: 0.001, µs: 0.001, ms: 1, s: 1_000, '': 1};

/**
 * Parses what `--fail-if` takes: `p99>50ms`, `errors>0.1%` (of the requests), `errors>3` (in number), `rps<1000`, `skew`. Latencies are in
 * milliseconds where no unit is given. Throws KiadaError USAGE.
 */
export function parseFailIf(text: string): Threshold {
  const trimmed = text.trim();
  if (trimmed === 'skew') return {kind: 'skew', text: trimmed};
  const match = FORM.exec(trimmed);
  if (!match) throw unknownThreshold(text);
  const [, metric = '', operator = '', amount = '', unit = ''] = match;
  const compare = {above: operator.startsWith('>'), orEqual: operator.endsWith('='), text: trimmed};
  const value = Number(amount);
  if (metric === 'errors' && (unit === '%' || unit === '')) {
    return {kind: 'errors', ...compare, isShare: unit === '%', value: unit === '%' ? value / 100 : value};
  }
  if (metric === 'rps' && unit === '') return {kind: 'rps', ...compare, value};
  const factor = UNIT_MS[unit];
  if (metric === 'errors' || metric === 'rps' || factor === undefined) throw unknownThreshold(text);
  const percentile = (metric === 'p99.9' ? 'p999' : metric) as keyof LatencySummary;
  return {kind: 'latency', ...compare, percentile, ms: value * factor};
}

/** Whether the condition holds, which makes the run a failed one. A run without a single answer misses every promise about latency. */
export function isMissed(threshold: Threshold, facts: ThresholdFacts): boolean {
  switch (threshold.kind) {
    case 'skew':
      return facts.test.verdict === 'skewed';
    case 'latency':
      return facts.latencyMs.max === 0 || holds(facts.latencyMs[threshold.percentile], threshold, threshold.ms);
    case 'rps':
      return holds(facts.requestsPerSecond, threshold, threshold.value);
    case 'errors': {
      const failed = Object.values(facts.errors).reduce((sum: number, count: number) => sum + count, 0);
      const value = threshold.isShare ? failed / Math.max(1, facts.requests) : failed;
      return holds(value, threshold, threshold.value);
    }
  }
}

function holds(value: number, {above, orEqual}: {readonly above: boolean; readonly orEqual: boolean}, limit: number): boolean {
  if (value === limit) return orEqual;
  return above ? value > limit : value < limit;
}

function unknownThreshold(text: string): KiadaError {
  return new KiadaError('USAGE', `"${text}" is no condition for --fail-if.`, {
    hint: "Use one of: 'p99>50ms' (p50, p90, p95, p99, p99.9, mean, max), 'errors>0.1%', 'errors>3', 'rps<1000', 'skew'",
  });
}
