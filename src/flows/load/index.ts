import {KiadaError} from '../../errors.ts';
import type {LoadProgress} from '../../load/index.ts';
import type {LoadResult, LoadRunResult} from '../../model/index.ts';
import {parseTarget} from '../probe/probe-target.ts';
import {reachOf} from '../reach.ts';
import {pickServices, readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {type LoadFlags, parsePaths, planOf} from './load-flags.ts';
import {type PlannedRun, planRuns} from './plan-runs.ts';
import {executeRun} from './run-load.ts';

export type {LoadFlags} from './load-flags.ts';

/** Sends load along the paths of a Service, one after the other, and says how it was spread and how it was answered. */
export async function loadFlow(
  source: ClusterSource,
  text: string,
  flags: LoadFlags,
  onProgress: (via: string, progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadResult> {
  const {isMissed, parseFailIf} = await import('../../load/index.ts');
  const target = parseTarget(text);
  if (target.kind !== 'service')
    throw new KiadaError('USAGE', `load takes a Service, not ${text}`, {hint: 'Write it like svc/quote or svc/quote:http.'});
  const plan = planOf(flags);
  const thresholds = (flags['fail-if'] ?? []).map((condition) => parseFailIf(condition));
  const reach = await reachOf(source);
  if (reach.sandbox === null && !flags.yes) {
    throw new KiadaError('USAGE', `the context "${source.name}" is not a sandbox`, {hint: 'Add --yes to send load there.'});
  }
  const namespace = flags.namespace ?? source.namespace;
  const service = {namespace, name: target.name};
  const {view} = await readView(source, {namespace, services: [target.name], pods: true, nodes: true, events: false});
  pickServices(view, namespace, [target.name]);
  const runs: LoadRunResult[] = [];
  const setting = {
    source,
    reach,
    view,
    service,
    plan,
    signal,
    onProgress: (run: PlannedRun, progress: LoadProgress) => onProgress(run.via, progress),
  };
  const question = {service, via: parsePaths(flags.via), from: flags.from ?? null, entry: flags.entry ?? null, port: target.port};
  for (const run of await planRuns(view, question)) {
    runs.push(await executeRun(setting, run));
    if (signal.aborted) break;
  }
  return {
    target: text,
    plan: {
      mode: plan.pace.mode,
      rate: plan.pace.mode === 'open' ? plan.pace.rate : null,
      connections: plan.connections,
      connectionPerRequest: plan.connectionPerRequest,
      durationMs: plan.durationMs,
      requests: plan.requests,
      workers: 1,
    },
    runs,
    missedThresholds: runs.flatMap((run) =>
      thresholds
        .filter((threshold) => isMissed(threshold, {...run, test: run.distribution.test}))
        .map((threshold) => `${threshold.text} (${run.via})`),
    ),
    comparison: null,
  };
}
