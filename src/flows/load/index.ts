import {KiadaError} from '../../errors.ts';
import type {ClusterView, LoadLive, LoadResult, LoadRunResult, NamespacedName} from '../../model/index.ts';
import {agentOptions} from '../agents/agent.ts';
import type {Agents} from '../agents/agents.ts';
import {parseTarget} from '../probe/probe-target.ts';
import {type Reach, reachOf} from '../reach.ts';
import {pickServices, readView} from '../read-view.ts';
import type {ClusterSource} from '../source.ts';
import {comparisonOf, readEarlier} from './compare-with.ts';
import {type LoadFlags, PATHS, parsePaths, planOf} from './load-flags.ts';
import {planSharedRuns, requireDivisible, type SharedRun} from './plan-agents.ts';
import {planRuns, type RunQuestion} from './plan-runs.ts';
import {executeRun} from './run-load.ts';
import {openSampleFile} from './sample-file.ts';

export type {LoadFlags} from './load-flags.ts';

/** Who hears how the load goes, and how it is ended early. */
export interface LoadHearers {
  readonly onProgress: (live: LoadLive) => void;
  /** Tells people what they should know about what is started in their cluster. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Sends load along the paths of a Service, one after the other, and says how it was spread and how it was answered. */
export async function loadFlow(
  source: ClusterSource,
  text: string,
  flags: LoadFlags,
  {onProgress, say, signal}: LoadHearers,
): Promise<LoadResult> {
  const {isMissed, parseFailIf} = await import('../../load/index.ts');
  const target = parseTarget(text);
  if (target.kind !== 'service')
    throw new KiadaError('USAGE', `load takes a Service, not ${text}`, {hint: 'Write it like svc/quote or svc/quote:http.'});
  const plan = planOf(flags);
  if (flags.agents !== undefined) requireDivisible(plan, flags.agents);
  const thresholds = (flags['fail-if'] ?? []).map((condition) => parseFailIf(condition));
  const earlier = flags.compare === undefined ? null : await readEarlier(flags.compare);
  const service = {namespace: flags.namespace ?? source.namespace, name: target.name};
  const runs = await executeRuns(source, {service, port: target.port, plan, flags, onProgress, say, signal});
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
      agents: flags.agents ?? null,
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

interface Asked extends LoadHearers {
  readonly service: NamespacedName;
  readonly port: string | null;
  readonly plan: ReturnType<typeof planOf>;
  readonly flags: LoadFlags;
}

async function executeRuns(source: ClusterSource, asked: Asked): Promise<readonly LoadRunResult[]> {
  const {service, port, plan, flags, onProgress, say, signal} = asked;
  const via = parsePaths(flags.via);
  const needMs = longest(plan, via.length);
  // without --yes nothing is started in somebody's cluster
  const reach = await reachOf(source, flags.yes ? agentOptions(flags, service.namespace, {needMs, signal, say}) : null);
  requirePermitted(source, reach, flags);
  // the name that callers in the cluster use is the one that a certificate bears
  const tls = plan.tls && {...plan.tls, serverName: plan.tls.serverName ?? `${service.name}.${service.namespace}.svc`};
  const protocol = plan.protocol === 'udp' ? ('UDP' as const) : ('TCP' as const);
  const question = {service, via, from: flags.from ?? null, entry: flags.entry ?? null, port, protocol};
  const runs: LoadRunResult[] = [];
  const view = await viewFor(source, service);
  const samples = flags.samples === undefined ? null : await openSampleFile(flags.samples);
  try {
    const planned =
      flags.agents === undefined || reach.agents === null
        ? {view, runs: await planRuns(view, question)}
        : await shareOut(source, reach.agents, flags.agents, question);
    const setting = {source, reach, service, plan: {...plan, tls}, workers: flags.workers, signal, onProgress, samples};
    for (const run of planned.runs) {
      runs.push(await executeRun({...setting, view: planned.view}, run));
      if (signal.aborted) break;
    }
  } finally {
    await reach.close();
    await samples?.close();
  }
  return runs;
}

/** How long it takes at the most where that is known; 0: it is not. */
function longest({durationMs, warmupMs, timeoutMs}: Asked['plan'], paths: number): number {
  return durationMs === null ? 0 : (paths === 0 ? PATHS.length : paths) * (warmupMs + durationMs + timeoutMs);
}

function requirePermitted(source: ClusterSource, {sandbox}: Reach, flags: LoadFlags): void {
  if (sandbox === null && !flags.yes)
    throw new KiadaError('USAGE', `the context "${source.name}" is not a sandbox`, {hint: 'Add --yes to send load there.'});
  if (sandbox !== null && flags.agents !== undefined)
    throw new KiadaError('USAGE', 'the containers of a sandbox run no agents', {
      hint: 'Leave --agents out: name any pod or node of the sandbox with --from, and threads of this machine with --workers.',
    });
}

/** Everything that the routes of a Service depend on. Throws SERVICE_NOT_FOUND. */
async function viewFor(source: ClusterSource, {namespace, name}: NamespacedName): Promise<ClusterView> {
  const {view} = await readView(source, {namespace, services: [name], pods: true, nodes: true, events: false});
  pickServices(view, namespace, [name]);
  return view;
}

/** Starts agents and plans for their places, by the cluster as it is once they run. */
async function shareOut(
  source: ClusterSource,
  agents: Agents,
  count: number,
  question: RunQuestion,
): Promise<{readonly view: ClusterView; readonly runs: readonly SharedRun[]}> {
  const [spread, {updateView}] = await Promise.all([agents.spread(count), import('../../routing/index.ts')]);
  const pods = spread.flatMap(({pod}) => (pod === null ? [] : [{...pod, apiVersion: 'v1', kind: 'Pod'}]));
  const view = pods.reduce((known, object) => updateView(known, {type: 'ADDED', object}), await viewFor(source, question.service));
  return {view, runs: await planSharedRuns(view, question, spread)};
}
