import path from 'node:path';
import {pathToFileURL} from 'node:url';
import {KiadaError} from '../../errors.ts';
import type {LoadEngineResult, LoadPlan, LoadProgress} from '../../load/index.ts';
import type {Vantage} from '../../model/index.ts';
import type {Agents} from '../agents/agents.ts';
import {packageRoot, runsFromSources} from '../package-root.ts';
import type {Reach} from '../reach.ts';
import {vantageText} from '../vantage.ts';
import {dialingOf} from './dialing.ts';
import type {PlannedRun} from './plan-runs.ts';

export interface EngineSetting {
  readonly reach: Reach;
  readonly workers: number;
  readonly onProgress: (progress: LoadProgress) => void;
  readonly signal: AbortSignal;
}

/** Runs the plan on this thread, or on several where that is asked for. */
export async function runEngine(plan: LoadPlan, run: PlannedRun, {reach, workers, ...options}: EngineSetting): Promise<LoadEngineResult> {
  const {runLoad, runLoadInWorkers} = await import('../../load/index.ts');
  if (reach.agents !== null && run.from.kind !== 'Outside') return runByAgent(plan, reach.agents, run.from, options);
  const dialing = await dialingOf(reach, run.from, plan.protocol);
  if (workers === 1) {
    const {dialBy} = await import('./dial-by.ts');
    return runLoad(plan, {...options, dial: dialing === null ? reach.dialFrom(run.from) : dialBy(dialing)});
  }
  if (dialing === null)
    throw new KiadaError('USAGE', `connections from ${vantageText(run.from)} cannot be shared out among --workers`, {
      hint: 'Leave --workers out.',
    });
  return runLoadInWorkers(plan, {...options, workers, dialing, script: workerScript()});
}

/** In a real cluster the whole engine runs at the vantage: its connections and its clock are there. */
async function runByAgent(
  plan: LoadPlan,
  agents: Agents,
  from: Exclude<Vantage, {kind: 'Outside'}>,
  {onProgress, signal}: Pick<EngineSetting, 'onProgress' | 'signal'>,
): Promise<LoadEngineResult> {
  const {loadByAgents} = await import('../agents/agent-load.ts');
  const {failureSamples} = plan;
  const {all} = await loadByAgents([await agents.agentAt(from)], [plan], {onProgress, signal, samples: false, failureSamples});
  return all;
}

function workerScript(): URL {
  const file = runsFromSources() ? 'src/flows/load/load-worker.ts' : 'dist/flows/load/load-worker.js';
  return pathToFileURL(path.join(packageRoot(), ...file.split('/')));
}
