import type {RecordableHistogram} from 'node:perf_hooks';
import {Worker} from 'node:worker_threads';
import {KiadaError} from '../errors.ts';
import {Latencies} from './latency.ts';
import {type LoadPart, mergeParts, sumTallies} from './part.ts';
import type {LoadPlan} from './plan.ts';
import type {LoadEngineResult, LoadProgress} from './result.ts';
import {splitPlan} from './split-plan.ts';
import {Timeline} from './timeline.ts';
import type {ToWorker, WorkerMessage} from './worker-messages.ts';

export interface WorkerOptions {
  readonly workers: number;
  /** A module that calls `serveLoadWorker`. */
  readonly script: URL;
  /** Handed to each worker, which makes its dialer of it; has to survive structured cloning. */
  readonly dialing: unknown;
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly progressMs?: number;
  readonly signal?: AbortSignal;
}

interface Member {
  readonly thread: Worker;
  progress: LoadProgress | null;
  latencies: RecordableHistogram | null;
}

/**
 * Runs one plan on several threads: connections, rate and number of requests are divided among them, and what they count is put together,
 * histograms value by value. Pays where there are cores to spare beside the server's.
 */
export async function runLoadInWorkers(plan: LoadPlan, options: WorkerOptions): Promise<LoadEngineResult> {
  const plans = splitPlan(plan, options.workers);
  const timeline = new Timeline(plans.length);
  const members: Member[] = plans.map(() => ({
    thread: new Worker(options.script, {workerData: {dialing: options.dialing}}),
    progress: null,
    latencies: null,
  }));
  const stop = (): void => {
    for (const {thread} of members) thread.postMessage({kind: 'stop'} satisfies ToWorker);
  };
  options.signal?.addEventListener('abort', stop, {once: true});
  const {onProgress} = options;
  const timer = onProgress && setInterval(() => tellProgress(members, onProgress), options.progressMs ?? 500);
  try {
    await Promise.all(members.map(({thread}) => ready(thread)));
    const parts = members.map((member, index) => partOf(member, plans[index] as LoadPlan, options, timeline));
    if (options.signal?.aborted) stop();
    return mergeParts(await Promise.all(parts), timeline, plan.failureSamples);
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener('abort', stop);
    await Promise.all(members.map(({thread}) => thread.terminate()));
  }
}

/** A thread that is up: none starts before all can. */
function ready(thread: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    thread.once('error', reject);
    thread.once('message', () => {
      thread.off('error', reject);
      resolve();
    });
  });
}

function partOf(member: Member, plan: LoadPlan, {progressMs = 500}: WorkerOptions, timeline: Timeline): Promise<LoadPart> {
  return new Promise((resolve, reject) => {
    const {thread} = member;
    thread.once('error', reject);
    thread.once('exit', (code) => reject(new Error(`a load worker ended before its run, with code ${code}`)));
    thread.on('message', (message: WorkerMessage) => {
      switch (message.kind) {
        case 'second':
          timeline.add(message.second);
          break;
        case 'progress':
          member.progress = message.progress;
          member.latencies = message.latencies;
          break;
        case 'part':
          resolve(message.part);
          break;
        case 'failed':
          reject(new KiadaError(message.code, message.message, {hint: message.hint}));
          break;
      }
    });
    thread.postMessage({kind: 'go', plan, progressMs} satisfies ToWorker);
  });
}

function tellProgress(members: readonly Member[], onProgress: (progress: LoadProgress) => void): void {
  const all = members.flatMap((member) => (member.progress === null ? [] : [member.progress]));
  if (all.length === 0) return;
  const latencies = new Latencies();
  for (const member of members) if (member.latencies !== null) latencies.add(member.latencies);
  const sum = (value: (progress: LoadProgress) => number): number => all.reduce((total, progress) => total + value(progress), 0);
  onProgress({
    phase: all.every((progress) => progress.phase === 'warm-up') ? 'warm-up' : 'measuring',
    elapsedMs: Math.max(...all.map((progress) => progress.elapsedMs)),
    requests: sum((progress) => progress.requests),
    errors: sum((progress) => progress.errors),
    requestsPerSecond: sum((progress) => progress.requestsPerSecond),
    p50Ms: latencies.percentile(50),
    p99Ms: latencies.percentile(99),
    endpoints: sumTallies(all.flatMap((progress) => progress.endpoints)),
  });
}
