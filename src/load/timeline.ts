import type {RecordableHistogram} from 'node:perf_hooks';
import {Latencies, percentileMs} from './latency.ts';
import type {TimelineBucket} from './result.ts';

/** One second as it was counted. */
export interface CountedSecond {
  /** Since the measured part began. */
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly latencies: RecordableHistogram;
}

/** The seconds of a run, put together from those of its parts; of histograms only those are held that parts still have to add to. */
export class Timeline {
  readonly #parts: number;
  readonly #open = new Map<number, {requests: number; errors: number; latencies: Latencies; parts: number}>();
  readonly #buckets: TimelineBucket[] = [];

  constructor(parts: number) {
    this.#parts = parts;
  }

  add(second: CountedSecond): void {
    if (this.#parts === 1) {
      this.#buckets.push(bucketOf(second));
      return;
    }
    const open = this.#open.get(second.atMs) ?? {requests: 0, errors: 0, latencies: new Latencies(2), parts: 0};
    this.#open.set(second.atMs, open);
    open.requests += second.requests;
    open.errors += second.errors;
    open.latencies.add(second.latencies);
    if (++open.parts === this.#parts) this.#close(second.atMs);
  }

  /** All seconds, in order. */
  buckets(): readonly TimelineBucket[] {
    for (const atMs of [...this.#open.keys()]) this.#close(atMs);
    return this.#buckets.toSorted((one, other) => one.atMs - other.atMs);
  }

  #close(atMs: number): void {
    const open = this.#open.get(atMs);
    if (open === undefined) return;
    this.#open.delete(atMs);
    this.#buckets.push(bucketOf({atMs, requests: open.requests, errors: open.errors, latencies: open.latencies.histogram}));
  }
}

function bucketOf({atMs, requests, errors, latencies}: CountedSecond): TimelineBucket {
  return {atMs, requests, errors, p50Ms: percentileMs(latencies, 50), p99Ms: percentileMs(latencies, 99)};
}
