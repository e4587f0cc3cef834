import {Worker} from 'node:worker_threads';
import {gather, type Member} from './gather.ts';
import type {LoadSample, MemberMessage} from './member-messages.ts';
import type {LoadPlan} from './plan.ts';
import type {LoadEngineResult, LoadProgress} from './result.ts';
import {splitPlan} from './split-plan.ts';

export interface WorkerOptions {
  readonly workers: number;
  /** A module that calls `serveLoadWorker`. */
  readonly script: URL;
  /** Handed to each worker, which makes its dialer of it; has to survive structured cloning. */
  readonly dialing: unknown;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly progressMs?: number;
  readonly signal?: AbortSignal;
  /** Told of each request. */
  readonly onSamples?: (samples: readonly LoadSample[]) => void;
}

/**
 * Runs one plan on several threads: connections, rate and number of requests are divided among them, and what they count is put together,
 * histograms value by value. Pays where there are cores to spare beside the server's.
 */
export async function runLoadInWorkers(plan: LoadPlan, options: WorkerOptions): Promise<LoadEngineResult> {
  const plans = splitPlan(plan, options.workers);
  const threads = plans.map(() => new Worker(options.script, {workerData: {dialing: options.dialing}}));
  try {
    const {all} = await gather(threads.map(memberOf), plans, {
      progressMs: options.progressMs ?? 500,
      checkpoints: false,
      samples: options.onSamples !== undefined,
      onSamples: (_worker, samples) => options.onSamples?.(samples),
      failureSamples: plan.failureSamples,
      onProgress: options.onProgress,
      signal: options.signal,
    });
    return all;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

function memberOf(thread: Worker): Member {
  const gone = new Promise<never>((_, reject) => {
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a load worker ended before its run, with code ${code}`)));
  });
  gone.catch(() => {}); // told to whoever waits for it; at the end it is the rule
  return {
    tell: (message) => thread.postMessage(message),
    listen: (onMessage) => {
      thread.removeAllListeners('message');
      thread.on('message', (message: MemberMessage) => onMessage(message));
    },
    gone,
    ownClock: false,
  };
}
