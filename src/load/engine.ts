import type {LoadClock} from './clock.ts';
import {Latencies} from './latency.ts';
import {mergeParts} from './part.ts';
import type {Dial, LoadPlan} from './plan.ts';
import type {Outcome} from './recorder.ts';
import type {LoadEngineResult, LoadProgress} from './result.ts';
import {runPart} from './run-part.ts';
import {Timeline} from './timeline.ts';

export interface LoadOptions {
  readonly dial: Dial;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly progressMs?: number;
  /** Told of every finished request of the measured part; has to be cheap. */
  readonly onRequest?: (outcome: Outcome, wallMs: number) => void;
  /** Ends the run early; what was measured until then is the result. */
  readonly signal?: AbortSignal;
  readonly clock?: LoadClock;
  readonly random?: () => number;
}

/**
 * Runs a load plan. Requests that are under way at the end are waited for, within their time limit, and counted. With an open loop latency
 * counts from the intended start, so that a pause of the server shows in full (no coordinated omission). Rejects with KiadaError where the plan
 * makes no sense or the way to the vantage itself is broken; a target that fails is a result.
 */
export async function runLoad(plan: LoadPlan, options: LoadOptions): Promise<LoadEngineResult> {
  const timeline = new Timeline(1);
  const second = new Latencies();
  const latenciesOfSecond = (): Latencies => {
    second.reset();
    return second;
  };
  const part = await runPart(plan, {...options, latenciesOfSecond, onSecond: (counted) => timeline.add(counted)});
  return mergeParts([part], timeline, plan.failureSamples);
}
