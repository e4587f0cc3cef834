import {KiadaError} from '../../errors.ts';
import type {LoadLive, LoadResult, LoadRunResult} from '../../model/index.ts';
import {agentOptions} from '../agents/agent.ts';
import {parseTarget} from '../probe/probe-target.ts';
import {reachOf} from '../reach.ts';
import {pickServices, readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {comparisonOf, readEarlier} from './compare-with.ts';
import {type LoadFlags, parsePaths, planOf} from './load-flags.ts';
import {planRuns} from './plan-runs.ts';
import {executeRun} from './run-load.ts';

export type {LoadFlags} from './load-flags.ts';

/** Sends load along the paths of a Service, one after the other, and says how it was spread and how it was answered. */
export async function loadFlow(
  source: ClusterSource,
  text: string,
  flags: LoadFlags,
  onProgress: (live: LoadLive) => void,
  signal: AbortSignal,
): Promise<LoadResult> {
  const {isMissed, parseFailIf} = await import('../../load/index.ts');
  const target = parseTarget(text);
  if (target.kind !== 'service')
    throw new KiadaError('USAGE', `load takes a Service, not ${text}`, {hint: 'Write it like svc/quote or svc/quote:http.'});
  const plan = planOf(flags);
  const thresholds = (flags['fail-if'] ?? []).map((condition) => parseFailIf(condition));
  const earlier = flags.compare === undefined ? null : await readEarlier(flags.compare);
  const namespace = flags.namespace ?? source.namespace;
  // without --yes nothing is started in somebody's cluster
  const reach = await reachOf(source, flags.yes ? agentOptions(flags, namespace) : null);
  if (reach.sandbox === null && !flags.yes) {
    throw new KiadaError('USAGE', `the context "${source.name}" is not a sandbox`, {hint: 'Add --yes to send load there.'});
  }
  const service = {namespace, name: target.name};
  // the name that callers in the cluster use is the one that a certificate bears
  const tls = plan.tls && {...plan.tls, serverName: plan.tls.serverName ?? `${service.name}.${namespace}.svc`};
  const {view} = await readView(source, {namespace, services: [target.name], pods: true, nodes: true, events: false});
  pickServices(view, namespace, [target.name]);
  const runs: LoadRunResult[] = [];
  const setting = {source, reach, view, service, plan: {...plan, tls}, workers: flags.workers, signal, onProgress};
  const protocol = plan.protocol === 'udp' ? ('UDP' as const) : ('TCP' as const);
  const question = {service, via: parsePaths(flags.via), from: flags.from ?? null, entry: flags.entry ?? null, port: target.port, protocol};
  try {
    for (const run of await planRuns(view, question)) {
      runs.push(await executeRun(setting, run));
      if (signal.aborted) break;
    }
  } finally {
    await reach.close();
  }
  const result = {
    target: text,
    plan: {
      protocol: plan.protocol,
      mode: plan.pace.mode,
      rate: plan.pace.mode === 'open' ? plan.pace.rate : null,
      connections: plan.connections,
      connectionPerRequest: plan.connectionPerRequest,
      durationMs: plan.durationMs,
      requests: plan.requests,
      workers: flags.workers,
    },
    runs,
    missedThresholds: runs.flatMap((run) =>
      thresholds
        .filter((threshold) => isMissed(threshold, {...run, test: run.distribution.test}))
        .map((threshold) => `${threshold.text} (${run.via})`),
    ),
  };
  const comparison = earlier === null || flags.compare === undefined ? null : await comparisonOf(flags.compare, earlier, result);
  return {...result, comparison};
}
