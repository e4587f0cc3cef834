import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../../errors.ts';
import type {Path, ProbeResult, ProbeTargetResult, Verdict3} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {parseMinReady} from './min-ready.ts';
import {probeService, probeWorkload} from './probe-endpoints.ts';
import type {ProbeOverrides} from './probe-pod.ts';
import {type ProbeTarget, parseTarget} from './probe-target.ts';
import {probeThroughPath, probeUrl} from './through-path.ts';

export interface ProbeOptions extends ProbeOverrides {
  readonly namespace: string;
  readonly via: Path | null;
  readonly from: string | null;
  readonly entry: string | null;
  readonly expectStatus: number | null;
  readonly expectBody: RegExp | null;
  readonly count: number;
  readonly intervalMs: number;
  readonly minReady: string;
  readonly wait: boolean;
  readonly waitMs: number;
  readonly failFast: boolean;
}

/** Probes all targets; with `wait` again until they are healthy or the time is over. */
export async function runProbes(
  source: ClusterSource,
  reach: Reach,
  targets: readonly string[],
  options: ProbeOptions,
): Promise<ProbeResult> {
  if (targets.length === 0) throw new KiadaError('USAGE', 'nothing is named to probe', {hint: 'Name a target such as svc/quote.'});
  const parsed = targets.map((text) => ({text, target: parseTarget(text)}));
  parseMinReady(options.minReady);
  const started = performance.now();
  for (;;) {
    const results = await probeAll(source, reach, parsed, options);
    const waitedMs = Math.round(performance.now() - started);
    const verdict = worstOf(results.map((result) => result.verdict));
    if (verdict === 'healthy' || !options.wait || waitedMs >= options.waitMs) return {targets: results, verdict, waitedMs};
    await delay(Math.min(options.intervalMs, Math.max(0, options.waitMs - waitedMs)));
  }
}

async function probeAll(
  source: ClusterSource,
  reach: Reach,
  targets: readonly {text: string; target: ProbeTarget}[],
  options: ProbeOptions,
): Promise<readonly ProbeTargetResult[]> {
  const results: ProbeTargetResult[] = [];
  for (const {text, target} of targets) {
    const result = await probeOne(source, reach, text, target, options).catch((error: unknown) => {
      // while waiting, a target that does not exist yet is simply not healthy yet
      if (options.wait && error instanceof KiadaError && error.exitCode === 3) return absent(text, error.message, options);
      throw error;
    });
    results.push(result);
    if (options.failFast && result.verdict === 'unhealthy') break;
  }
  return results;
}

function probeOne(
  source: ClusterSource,
  reach: Reach,
  text: string,
  target: ProbeTarget,
  options: ProbeOptions,
): Promise<ProbeTargetResult> {
  if (target.kind === 'url') return probeUrl(text, target.url, options);
  if (target.kind === 'service' && options.via !== null)
    return probeThroughPath(source, reach, text, target, {...options, via: options.via});
  if (target.kind === 'service') return probeService(source, reach, text, target, options);
  return probeWorkload(source, reach, text, target, options);
}

function absent(target: string, why: string, options: ProbeOptions): ProbeTargetResult {
  return {
    target,
    verdict: 'unhealthy',
    ready: 0,
    total: 0,
    via: options.via,
    from: options.from,
    endpoints: [],
    findings: [],
    unknown: [{what: target, why}],
  };
}

/** Unhealthy beats unknown beats healthy. */
export function worstOf(verdicts: readonly Verdict3[]): Verdict3 {
  if (verdicts.includes('unhealthy')) return 'unhealthy';
  return verdicts.includes('unknown') ? 'unknown' : 'healthy';
}
