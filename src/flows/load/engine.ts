import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {KiadaError} from '../../errors.ts';
import type {LoadEngineResult, LoadPlan, LoadProgress, LoadSample} from '../../load/index.ts';
import type {Agent} from '../agents/agent.ts';
import {packageRoot, runsFromSources} from '../package-root.ts';
import type {Reach} from '../reach.ts';
import {vantageText} from '../vantage.ts';
import {dialingOf} from './dialing.ts';
import type {SharedRun} from './plan-agents.ts';
import type {PlannedRun} from './plan-runs.ts';
import type {AgentEnd} from './sources.ts';

export interface EngineSetting {
  readonly reach: Reach;
  readonly workers: number;
  /** `each`: of several agents, in their order. */
  readonly onProgress: (all: LoadProgress, each: readonly (LoadProgress | null)[]) => void;
  /** Told of each request, with the agent that sent it; null: nobody asks. */
  readonly onSamples: ((agent: string | null, samples: readonly LoadSample[]) => void) | null;
  readonly signal: AbortSignal;
}

export interface EngineRun {
  readonly all: LoadEngineResult;
  /** Of agents, in their order. */
  readonly ends: readonly AgentEnd[];
}

/** Runs the plan on this thread, on several where that is asked for, or by agents in the cluster. */
export async function runEngine(plan: LoadPlan, run: PlannedRun | SharedRun, setting: EngineSetting): Promise<EngineRun> {
  const {reach, workers, onProgress, onSamples, signal} = setting;
  const {runLoad, runLoadInWorkers, sampleOf, splitPlan} = await import('../../load/index.ts');
  if ('sources' in run) {
    const plans = splitPlan(plan, run.sources.length).map((part, index) => {
      const {address, port} = run.sources[index]?.run ?? run;
      return {...part, target: {host: address, port}};
    });
    return runByAgents(
      run.sources.map(({agent}) => agent),
      plans,
      plan.failureSamples,
      setting,
    );
  }
  // in a real cluster the whole engine runs at the vantage: its connections and its clock are there
  if (reach.agents !== null && run.from.kind !== 'Outside')
    return runByAgents([await reach.agents.agentAt(run.from)], [plan], plan.failureSamples, setting);
  const dialing = await dialingOf(reach, run.from, plan.protocol);
  const options = {onProgress: (progress: LoadProgress) => onProgress(progress, []), signal};
  if (workers === 1) {
    const {dialBy} = await import('./dial-by.ts');
    const dial = dialing === null ? reach.dialFrom(run.from) : dialBy(dialing);
    const onRequest = onSamples && {onRequest: (...request: Parameters<typeof sampleOf>) => onSamples(null, [sampleOf(...request)])};
    return {all: await runLoad(plan, {...options, dial, ...onRequest}), ends: []};
  }
  if (dialing === null)
    throw new KiadaError('USAGE', `connections from ${vantageText(run.from)} cannot be shared out among --workers`, {
      hint: 'Leave --workers out.',
    });
  const each = onSamples && {onSamples: (samples: readonly LoadSample[]) => onSamples(null, samples)};
  return {all: await runLoadInWorkers(plan, {...options, ...each, workers, dialing, script: workerScript()}), ends: []};
}

async function runByAgents(
  agents: readonly Agent[],
  plans: readonly LoadPlan[],
  failureSamples: number,
  {onProgress, onSamples, signal}: EngineSetting,
): Promise<EngineRun> {
  const {loadByAgents} = await import('../agents/agent-load.ts');
  const {all, members} = await loadByAgents(agents, plans, {
    onProgress,
    signal,
    failureSamples,
    samples: onSamples !== null,
    onSamples: (index, samples) => onSamples?.(agents[index]?.target.pod ?? null, samples),
  });
  return {all, ends: members.map((member, index) => ({...member, agent: agents[index] as Agent}))};
}

function workerScript(): URL {
  const file = runsFromSources() ? 'src/flows/load/load-worker.ts' : 'dist/flows/load/load-worker.cjs';
  return pathToFileURL(path.join(packageRoot(), ...file.split('/')));
}
