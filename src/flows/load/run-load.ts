import type {LoadEngineResult, LoadPlan, LoadProgress} from '../../load/index.ts';
import type {ClusterView, EndpointChange, LoadDistribution, LoadLive, LoadRunResult, NamespacedName} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {distributionOf} from './distribution.ts';
import {type EndpointNames, endpointNames} from './endpoint-names.ts';
import {drainsOf, stateAt} from './endpoint-state.ts';
import {runEngine} from './engine.ts';
import {liveOf} from './live.ts';
import {noteChanges} from './note-changes.ts';
import type {PlannedRun} from './plan-runs.ts';

export interface RunSetting {
  readonly source: ClusterSource;
  readonly reach: Reach;
  readonly view: ClusterView;
  readonly service: NamespacedName;
  readonly plan: Omit<LoadPlan, 'target'>;
  readonly workers: number;
  readonly onProgress: (live: LoadLive) => void;
  readonly signal: AbortSignal;
}

/** Sends the load of one run and holds what came of it against the prediction. Endpoint changes meanwhile are noted. */
export async function executeRun(setting: RunSetting, run: PlannedRun): Promise<LoadRunResult> {
  const {source, reach, view, service, signal, workers} = setting;
  const plan = {...setting.plan, target: {host: run.address, port: run.port}};
  const noted = await noteChanges(source, service);
  try {
    const live = liveOf(view, run, plan, noted.changes);
    const onProgress = (progress: LoadProgress) => setting.onProgress(live(progress));
    const result = await runEngine(plan, run, {reach, workers, onProgress, signal});
    await noted.end();
    const nameOf = endpointNames(view, run.predicted, noted.changes);
    const distribution = await distributionOf({view, run, result, changes: noted.changes, nameOf});
    return runResult(run, result, distribution, noted.changes, nameOf);
  } finally {
    await noted.end();
  }
}

function runResult(
  run: PlannedRun,
  result: LoadEngineResult,
  distribution: LoadDistribution,
  changes: readonly EndpointChange[],
  nameOf: EndpointNames,
): LoadRunResult {
  const failures = result.failures.map(({timeMs, endpoint, kind, detail}) => {
    const name = endpoint === null ? null : nameOf(endpoint);
    return {
      time: new Date(timeMs).toISOString(),
      endpoint: name,
      kind,
      detail,
      endpointState: stateAt(name, timeMs, run.predicted, changes),
    };
  });
  return {
    via: run.via,
    from: run.fromText,
    entryNode: run.entryNode,
    address: run.address,
    port: run.port,
    startedAt: new Date(result.startedAtMs).toISOString(),
    durationMs: result.durationMs,
    requests: result.requests,
    succeeded: result.succeeded,
    requestsPerSecond: result.requestsPerSecond,
    bytesReceived: result.bytesReceived,
    bytesSent: result.bytesSent,
    connectionsOpened: result.connectionsOpened,
    missedStarts: result.missedStarts,
    errors: result.errors,
    statusCodes: result.statusCodes,
    latencyMs: result.latencyMs,
    latencyIntervals: result.latencyIntervals,
    latencyHistogram: result.latencyHistogram,
    timeline: result.timeline,
    distribution,
    sourcesSeen: result.sourcesSeen,
    endpointChanges: changes.map(({time, endpoint, type, reason}) => ({time, endpoint: endpoint ?? '', change: type, reason})),
    failures,
    drains: drainsOf(changes, failures),
  };
}
