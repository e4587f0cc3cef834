import type {RecordableHistogram} from 'node:perf_hooks';
import type {KiadaError} from '../errors.ts';
import type {LoadPart} from './part.ts';
import type {LoadPlan} from './plan.ts';
import type {LoadProgress} from './result.ts';
import type {CountedSecond} from './timeline.ts';

/** What a worker is told. */
export type ToWorker = {readonly kind: 'go'; readonly plan: LoadPlan; readonly progressMs: number} | {readonly kind: 'stop'};

/** What a worker tells. Histograms are shared, not copied: what is sent as final is not recorded into any more. */
export type WorkerMessage =
  | {readonly kind: 'ready'}
  | {readonly kind: 'second'; readonly second: CountedSecond}
  | {readonly kind: 'progress'; readonly progress: LoadProgress; readonly latencies: RecordableHistogram}
  | {readonly kind: 'part'; readonly part: LoadPart}
  | {readonly kind: 'failed'; readonly code: KiadaError['code']; readonly message: string; readonly hint: string | null};
