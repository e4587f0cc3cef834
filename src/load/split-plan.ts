import {KiadaError} from '../errors.ts';
import type {LoadPlan, Pace} from './plan.ts';

/** The plan in so many parts, which together are the whole. Fewer where there are not enough connections or requests for all. */
export function splitPlan(plan: LoadPlan, workers: number): readonly LoadPlan[] {
  if (!Number.isInteger(workers) || workers < 1) throw new KiadaError('USAGE', `A load cannot run in ${workers} workers.`);
  const parts = Math.min(workers, plan.connections, plan.requests ?? workers);
  return Array.from({length: parts}, (_, index) => ({
    ...plan,
    connections: shareOf(plan.connections, parts, index),
    requests: plan.requests === null ? null : shareOf(plan.requests, parts, index),
    failureSamples: Math.ceil(plan.failureSamples / parts),
    pace: paceOf(plan.pace, parts),
  }));
}

function shareOf(whole: number, parts: number, index: number): number {
  return Math.floor(whole / parts) + (index < whole % parts ? 1 : 0);
}

function paceOf(pace: Pace, parts: number): Pace {
  if (pace.mode === 'closed') return pace;
  return {...pace, rate: pace.rate / parts, steps: pace.steps.map((step) => ({...step, rate: step.rate / parts}))};
}
