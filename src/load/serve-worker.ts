import {parentPort, workerData} from 'node:worker_threads';
import {KiadaError} from '../errors.ts';
import {Latencies} from './latency.ts';
import type {Dial, LoadPlan} from './plan.ts';
import {runPart} from './run-part.ts';
import type {ToWorker, WorkerMessage} from './worker-messages.ts';

/** The other end of `runLoadInWorkers`: runs one part in this thread. `dialOf` makes the dialer of what the main thread hands over. */
export function serveLoadWorker(dialOf: (dialing: unknown) => Dial): void {
  const port = parentPort;
  if (port === null) throw new Error('this module runs in a worker thread only');
  const tell = (message: WorkerMessage): void => port.postMessage(message);
  const stop = new AbortController();
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'stop') stop.abort();
    else void run(message.plan, message.progressMs, dialOf((workerData as {dialing: unknown}).dialing), stop.signal, tell);
  });
  tell({kind: 'ready'});
}

async function run(
  plan: LoadPlan,
  progressMs: number,
  dial: Dial,
  signal: AbortSignal,
  tell: (message: WorkerMessage) => void,
): Promise<void> {
  let latencies: Latencies | null = null;
  try {
    const part = await runPart(plan, {
      dial,
      signal,
      progressMs,
      latenciesOfSecond: () => new Latencies(2), // given away with its second
      onSecond: (second) => tell({kind: 'second', second}),
      onStart: (all) => {
        latencies = all;
      },
      onProgress: (progress) => latencies && tell({kind: 'progress', progress, latencies: latencies.histogram}),
    });
    tell({kind: 'part', part});
  } catch (error) {
    if (!(error instanceof KiadaError)) throw error;
    tell({kind: 'failed', code: error.code, message: error.message, hint: error.hint});
  }
}
