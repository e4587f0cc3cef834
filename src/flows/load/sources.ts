import type {LoadEngineResult, MemberResult} from '../../load/index.ts';
import type {LoadDistribution, LoadSource, LostAgent} from '../../model/index.ts';
import type {Agent} from '../agents/agent.ts';
import {AgentLost} from '../agents/agent-load.ts';
import {type DistributionInput, distributionOf} from './distribution.ts';
import {meanOf, type PlannedSource, type SharedRun} from './plan-agents.ts';
import type {PlannedRun} from './plan-runs.ts';

/** What an agent did, with where it is. */
export interface AgentEnd extends MemberResult {
  readonly agent: Agent;
}

type Setting = Omit<DistributionInput, 'run' | 'result'>;

/** Each agent's part by itself, held against what is predicted for its place; those that told nothing are left out. */
export async function sourcesOf(run: SharedRun, ends: readonly AgentEnd[], setting: Setting): Promise<readonly LoadSource[]> {
  const told = ends.flatMap(({result}, index) => (result === null ? [] : [{result, source: run.sources[index] as PlannedSource}]));
  return Promise.all(told.map(({result, source}) => sourceOf(source, result, setting)));
}

async function sourceOf({agent, run}: PlannedSource, result: LoadEngineResult, setting: Setting): Promise<LoadSource> {
  const {startedAtMs, durationMs, requests, succeeded, requestsPerSecond, connectionsOpened, missedStarts, errors, latencyMs} = result;
  return {
    agent: agent.target.pod,
    node: run.route.from.node,
    zone: run.route.from.zone,
    entryNode: run.entryNode,
    startedAt: new Date(startedAtMs).toISOString(),
    ...{durationMs, requests, succeeded, requestsPerSecond, connectionsOpened, missedStarts, errors, latencyMs},
    distribution: await distributionOf({...setting, run, result}),
    sourcesSeen: result.sourcesSeen,
  };
}

/**
 * All agents together: what is expected is the mean over them by what each sent. Where the same is predicted for all their connections are draws of
 * one kind and tested as such; else the test is put together of theirs.
 */
export async function distributionInSum(
  run: SharedRun,
  all: LoadEngineResult,
  sources: readonly LoadSource[],
  setting: Setting,
): Promise<LoadDistribution> {
  const {combineTests} = await import('../../load/index.ts');
  const weightOf = ({agent}: PlannedSource) => sources.find((source) => source.agent === agent.target.pod)?.requests ?? 0;
  const predicted = meanOf(run.sources.map((source) => ({run: source.run, weight: weightOf(source)})));
  const sum = await distributionOf({...setting, run: {...run, predicted}, result: all});
  const kinds = new Set(run.sources.map((source) => sharesOf(source.run)));
  return kinds.size === 1 ? sum : {...sum, test: combineTests(sources.map(({distribution}) => distribution.test))};
}

function sharesOf({predicted}: PlannedRun): string {
  return predicted.map(({address, port, probability}) => `${address} ${port} ${probability.toFixed(9)}`).join();
}

export function lostAgentsOf(ends: readonly AgentEnd[], nodeZones: ReadonlyMap<string, string | null>): readonly LostAgent[] {
  return ends.flatMap(({agent, lost, result}) => {
    if (lost === null) return [];
    const node = ((agent.pod?.['spec'] ?? {}) as {nodeName?: string}).nodeName ?? null;
    const {timeMs, why} = lost;
    return [
      {
        agent: agent.pod === null ? agent.at : agent.target.pod,
        node,
        zone: node === null ? null : (nodeZones.get(node) ?? null),
        at: new Date(timeMs).toISOString(),
        why: why instanceof AgentLost ? why.why : String(why),
        requests: result?.requests ?? 0,
      },
    ];
  });
}
