import type {LoadEngineResult, LoadPlan, LoadProgress} from '../../load/index.ts';
import type {ClusterView, EndpointChange, LoadRunResult} from '../../model/index.ts';
import type {Reach} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {watchEndpoints} from '../watch-endpoints.ts';
import {distributionOf} from './distribution.ts';
import type {PlannedRun} from './plan-runs.ts';

/** Sends the load of one run and holds what came of it against the prediction. Endpoint changes meanwhile are noted. */
export async function executeRun(
  source: ClusterSource,
  reach: Reach,
  view: ClusterView,
  service: {readonly namespace: string; readonly name: string},
  run: PlannedRun,
  plan: Omit<LoadPlan, 'target'>,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadRunResult> {
  const {runLoad} = await import('../../load/index.ts');
  const watching = new AbortController();
  const changes: EndpointChange[] = [];
  const noted = noteChanges(source, service, changes, watching.signal);
  const result = await runLoad(
    {...plan, target: {host: run.address, port: run.port}},
    {dial: reach.dialFrom(run.from), onProgress, signal},
  );
  watching.abort();
  await noted;
  return runResult(run, result, await distributionOf(view, run, result), changes);
}

/** Follows the Service's endpoints until the signal; a watch that fails must not fail the load. */
async function noteChanges(
  source: ClusterSource,
  service: {namespace: string; name: string},
  changes: EndpointChange[],
  signal: AbortSignal,
): Promise<void> {
  let synced = false;
  try {
    for await (const change of watchEndpoints(source, {namespace: service.namespace, services: [service.name], signal})) {
      if (synced && change.endpoint !== null) changes.push(change);
      synced ||= change.type === 'synced';
    }
  } catch {
    // without the right to watch, the run is told without its time line of changes
  }
}

function runResult(
  run: PlannedRun,
  result: LoadEngineResult,
  distribution: LoadRunResult['distribution'],
  changes: readonly EndpointChange[],
): LoadRunResult {
  return {
    via: run.via,
    from: run.fromText,
    entryNode: run.entryNode,
    address: run.address,
    port: run.port,
    durationMs: result.durationMs,
    requests: result.requests,
    succeeded: result.succeeded,
    requestsPerSecond: result.requestsPerSecond,
    bytesReceived: result.bytesReceived,
    errors: result.errors,
    statusCodes: result.statusCodes,
    latencyMs: result.latencyMs,
    distribution,
    sourcesSeen: result.sourcesSeen,
    endpointChanges: changes.map(({time, endpoint, type, reason}) => ({time, endpoint: endpoint ?? '', change: type, reason})),
    failures: result.failures.map(({timeMs, endpoint, kind}) => ({
      time: new Date(timeMs).toISOString(),
      endpoint,
      kind,
      endpointState: stateAt(endpoint, timeMs, run, changes),
    })),
  };
}

/** What the slices said of an endpoint at a moment: its last change before it, else what it was when the run began. */
function stateAt(endpoint: string | null, timeMs: number, run: PlannedRun, changes: readonly EndpointChange[]): string | null {
  if (endpoint === null) return null;
  const about = changes.filter(
    (change) => (change.endpoint === endpoint || (change.after ?? change.before)?.pod === endpoint) && Date.parse(change.time) <= timeMs,
  );
  const last = about.at(-1);
  if (last === undefined)
    return run.predicted.find((known) => `${known.address}:${known.port}` === endpoint || known.pod === endpoint)?.state ?? null;
  if (last.after === null) return 'gone';
  if (last.after.terminating) return last.after.serving ? 'serving-terminating' : 'terminating';
  return last.after.ready ? 'ready' : 'not-ready';
}
