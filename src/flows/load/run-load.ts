import type {LoadEngineResult, LoadPlan} from '../../load/index.ts';
import type {ClusterView, EndpointChange, LoadDistribution, LoadLive, LoadRunResult, NamespacedName} from '../../model/index.ts';
import type {ClusterSource} from '../source.ts';
import {distributionOf} from './distribution.ts';
import {type EndpointNames, endpointNames} from './endpoint-names.ts';
import {drainsOf, stateAt} from './endpoint-state.ts';
import {type EngineRun, type EngineSetting, runEngine} from './engine.ts';
import {liveOf} from './live.ts';
import {noteChanges} from './note-changes.ts';
import type {SharedRun} from './plan-agents.ts';
import type {PlannedRun} from './plan-runs.ts';
import type {SampleFile} from './sample-file.ts';
import {distributionInSum, lostAgentsOf, sourcesOf} from './sources.ts';
import {suspectsOf} from './suspects.ts';

export interface RunSetting extends Pick<EngineSetting, 'reach' | 'workers' | 'signal'> {
  readonly source: ClusterSource;
  readonly view: ClusterView;
  readonly service: NamespacedName;
  readonly plan: Omit<LoadPlan, 'target'>;
  readonly onProgress: (live: LoadLive) => void;
  readonly samples: SampleFile | null;
}

/** Sends the load of one run and holds what came of it against the prediction. Endpoint changes meanwhile are noted. */
export async function executeRun(setting: RunSetting, run: PlannedRun | SharedRun): Promise<LoadRunResult> {
  const {source, view, service, samples} = setting;
  const plan = {...setting.plan, target: {host: run.address, port: run.port}};
  const noted = await noteChanges(source, service);
  try {
    const live = liveOf(view, run, plan, noted.changes);
    const done = await runEngine(plan, run, {
      ...setting,
      onProgress: (all, each) => setting.onProgress(live(all, each)),
      onSamples: samples && ((agent, told) => samples.add({via: run.via, agent}, told)),
    });
    await noted.end();
    const nameOf = endpointNames(view, run.predicted, noted.changes);
    const input = {view, changes: noted.changes, nameOf};
    const shared = 'sources' in run ? run : null;
    const sources = shared === null ? [] : await sourcesOf(shared, done.ends, input);
    const distribution =
      shared === null ? await distributionOf({...input, run, result: done.all}) : await distributionInSum(shared, done.all, sources, input);
    const zones = new Map([...view.nodes.values()].map(({name, zone}) => [name, zone]));
    return {...runResult(run, done, distribution, noted.changes, nameOf), sources, lostAgents: lostAgentsOf(done.ends, zones)};
  } finally {
    await noted.end();
  }
}

function runResult(
  run: PlannedRun | SharedRun,
  done: EngineRun,
  distribution: LoadDistribution,
  changes: readonly EndpointChange[],
  nameOf: EndpointNames,
): Omit<LoadRunResult, 'sources' | 'lostAgents'> {
  const result = done.all;
  const suspect = suspectsOf(result, changes, nameOf);
  const failures = failuresOf(done).map(({timeMs, latencyMs, endpoint, kind, detail, agent}) => {
    const name = endpoint === null ? null : nameOf(endpoint);
    // what a connection was for was decided at its beginning
    const chosenMs = timeMs - latencyMs;
    const lost = {begunMs: chosenMs, refusedMs: kind === 'refused' ? timeMs : null};
    const likely = name === null ? suspect(lost, expectedBy(run, agent)) : null;
    return {
      time: new Date(timeMs).toISOString(),
      endpoint: name,
      suspect: likely,
      kind,
      detail,
      endpointState: stateAt(name ?? likely, name === null ? chosenMs : timeMs, run.predicted, changes),
      agent,
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
    drains: drainsOf(changes, failures, (endpoint) => lastAnswerOf(result, nameOf, endpoint)),
  };
}

/** With several agents each failure says whose it was. */
function failuresOf({all, ends}: EngineRun): readonly (LoadEngineResult['failures'][number] & {readonly agent: string | null})[] {
  if (ends.length < 2) return all.failures.map((failure) => ({...failure, agent: null}));
  const own = ends.flatMap(({agent, result}) => (result?.failures ?? []).map((failure) => ({...failure, agent: agent.target.pod})));
  return own.toSorted((one, other) => one.timeMs - other.timeMs);
}

/** Where an agent's connections could go, or those of the one place that all start from. */
function expectedBy(run: PlannedRun | SharedRun, agent: string | null): PlannedRun['predicted'] {
  const source = 'sources' in run ? run.sources.find((each) => each.agent.target.pod === agent) : undefined;
  return (source?.run ?? run).predicted;
}

function lastAnswerOf({endpoints, startedAtMs}: LoadEngineResult, nameOf: EndpointNames, endpoint: string): number | null {
  const times = endpoints.flatMap((tally) => (nameOf(tally.endpoint) === endpoint ? (tally.lastAnswerMs ?? []) : []));
  return times.length === 0 ? null : startedAtMs + Math.max(...times);
}
