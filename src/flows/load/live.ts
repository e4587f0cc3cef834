import {hostPort} from '../../ip/index.ts';
import type {LoadPlan, LoadProgress} from '../../load/index.ts';
import type {ClusterView, EndpointChange, LoadLive} from '../../model/index.ts';
import {endpointNames} from './endpoint-names.ts';
import type {SharedRun} from './plan-agents.ts';
import type {PlannedRun} from './plan-runs.ts';

const RECENT_RATES = 60;
const LATEST_CHANGES = 5;

/** Makes of each progress of a run what a live view shows. */
export function liveOf(
  view: ClusterView,
  run: PlannedRun | SharedRun,
  plan: Pick<LoadPlan, 'durationMs' | 'requests'>,
  changes: readonly EndpointChange[],
): (progress: LoadProgress, each: readonly (LoadProgress | null)[]) => LoadLive {
  const rates: number[] = [];
  const names = 'sources' in run ? run.sources.map(({agent, run: own}) => own.route.from.node ?? agent.target.pod) : [];
  return (progress, each) => {
    const {phase, elapsedMs, requests, errors, requestsPerSecond, p50Ms, p99Ms} = progress;
    rates.push(requestsPerSecond);
    if (rates.length > RECENT_RATES) rates.shift();
    return {
      via: run.via,
      address: run.address,
      port: run.port,
      from: run.fromText,
      ...{phase, elapsedMs, requests, errors, requestsPerSecond, p50Ms, p99Ms},
      durationMs: plan.durationMs,
      totalRequests: plan.requests,
      recentRates: [...rates],
      agents: names.map((name, index) => agentOf(name, each[index] ?? null)),
      rows: rowsOf(view, run, progress, changes),
      changes: changes
        .slice(-LATEST_CHANGES)
        .map(({time, endpoint, type, reason}) => ({time, endpoint: endpoint ?? '', change: type, reason})),
    };
  };
}

function agentOf(name: string, progress: LoadProgress | null): LoadLive['agents'][number] {
  const {requests = 0, errors = 0, requestsPerSecond = 0, p99Ms = 0} = progress ?? {};
  return {name, requests, errors, requestsPerSecond, p99Ms};
}

function rowsOf(view: ClusterView, run: PlannedRun, progress: LoadProgress, changes: readonly EndpointChange[]): LoadLive['rows'] {
  const nameOf = endpointNames(view, run.predicted, changes);
  const counts = new Map<string, number>();
  for (const {endpoint, requests} of progress.endpoints) {
    const name = nameOf(endpoint);
    counts.set(name, (counts.get(name) ?? 0) + requests);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const known = new Map(run.predicted.map((endpoint) => [hostPort(endpoint.address, endpoint.port), endpoint]));
  return [...new Set([...known.keys(), ...counts.keys()])].map((endpoint) => {
    const count = counts.get(endpoint) ?? 0;
    const {pod = null, probability = 0} = known.get(endpoint) ?? {};
    return {endpoint, pod, predicted: probability, observed: total === 0 ? 0 : count / total, count};
  });
}
