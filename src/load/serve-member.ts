import {parentPort, workerData} from 'node:worker_threads';
import {KiadaError} from '../errors.ts';
import {Latencies} from './latency.ts';
import {type LoadSample, type MemberMessage, type MemberOrder, sampleOf, type ToMember} from './member-messages.ts';
import type {LoadPart} from './part.ts';
import type {Dial, LoadPlan} from './plan.ts';
import type {Outcome} from './recorder.ts';
import {runPart} from './run-part.ts';

/** Samples that are told at a time. */
const BATCH = 500;

/** The other end of a run: takes what a member is told. `ended` is called when all is told. */
export function serveMember(
  dialOf: (plan: LoadPlan) => Dial,
  tell: (message: MemberMessage) => void,
  ended = () => {},
): (message: ToMember) => void {
  const stop = new AbortController();
  let order: MemberOrder | null = null;
  tell({kind: 'up'});
  return (message) => {
    switch (message.kind) {
      case 'plan':
        order = message.order;
        tell({kind: 'ready', nowMs: Date.now()});
        break;
      case 'go':
        if (order !== null) void run(order, dialOf(order.plan), stop.signal, tell).finally(ended);
        break;
      case 'stop':
        stop.abort();
        break;
    }
  };
}

/** The other end of `runLoadInWorkers`, in this thread. `dialOf` makes the dialer of what the main thread hands over. */
export function serveLoadWorker(dialOf: (dialing: unknown) => Dial): void {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  const {dialing} = workerData as {dialing: unknown};
  port.on(
    'message',
    serveMember(
      () => dialOf(dialing),
      (message) => port.postMessage(message),
    ),
  );
}

async function run(order: MemberOrder, dial: Dial, signal: AbortSignal, tell: (message: MemberMessage) => void): Promise<void> {
  const {plan, progressMs, checkpoints} = order;
  const samples = order.samples ? batched(tell) : null;
  const second = new Latencies(2);
  let soFar: (() => LoadPart) | null = null;
  try {
    const part = await runPart(plan, {
      dial,
      signal,
      progressMs,
      latenciesOfSecond: () => {
        second.reset();
        return second;
      },
      onSecond: (counted) => tell({kind: 'second', second: counted, soFar: checkpoints ? (soFar?.() ?? null) : null}),
      onStart: (counted) => {
        soFar = counted;
      },
      onProgress: (progress) => {
        samples?.flush();
        tell({kind: 'progress', progress});
      },
      ...(samples === null ? {} : {onRequest: samples.add}),
    });
    samples?.flush();
    tell({kind: 'part', part});
  } catch (error) {
    if (!(error instanceof KiadaError)) throw error;
    tell({kind: 'failed', code: error.code, message: error.message, hint: error.hint});
  }
}

function batched(tell: (message: MemberMessage) => void): {add: (outcome: Outcome, timeMs: number) => void; flush: () => void} {
  let batch: LoadSample[] = [];
  const flush = (): void => {
    if (batch.length > 0) tell({kind: 'samples', samples: batch});
    batch = [];
  };
  return {
    flush,
    add: (outcome, timeMs) => {
      batch.push(sampleOf(outcome, timeMs));
      if (batch.length >= BATCH) flush();
    },
  };
}
