import type {HistogramCounts} from './histogram.ts';
import {Latencies, percentileMs} from './latency.ts';
import type {TimelineBucket} from './result.ts';

/** One second as it was counted. */
export interface CountedSecond {
  /** Since the measured part began. */
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly latencies: HistogramCounts;
}

interface OpenSecond {
  requests: number;
  errors: number;
  readonly latencies: Latencies;
  readonly from: Set<number>;
}

/** The seconds of a run, put together from those of its parts; of histograms only those are held that parts still have to add to. */
export class Timeline {
  /** Parts that still add. */
  readonly #parts: Set<number>;
  readonly #shared: boolean;
  readonly #open = new Map<number, OpenSecond>();
  readonly #buckets: TimelineBucket[] = [];

  constructor(parts: number) {
    this.#parts = new Set(Array.from({length: parts}, (_, part) => part));
    this.#shared = parts > 1;
  }

  add(second: CountedSecond, part = 0): void {
    if (!this.#shared) {
      this.#buckets.push(bucketOf(second));
      return;
    }
    const {atMs} = second;
    const open = this.#open.get(atMs) ?? {requests: 0, errors: 0, latencies: new Latencies(2), from: new Set()};
    this.#open.set(atMs, open);
    open.requests += second.requests;
    open.errors += second.errors;
    open.latencies.add(second.latencies);
    open.from.add(part);
    if (this.#parts.isSubsetOf(open.from)) this.#close(atMs);
  }

  /** A part adds nothing any more. */
  leave(part: number): void {
    this.#parts.delete(part);
    for (const [atMs, {from}] of [...this.#open]) if (this.#parts.isSubsetOf(from)) this.#close(atMs);
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
