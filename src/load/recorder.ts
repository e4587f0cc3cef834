import type {LoadErrors} from '../model/index.ts';
import {Latencies} from './latency.ts';
import type {ErrorKind} from './plan.ts';
import type {EndpointTally, FailureSample, TimelineBucket} from './result.ts';

/** One finished request. */
export interface Outcome {
  readonly kind: 'answered' | 'connected' | Exclude<ErrorKind, 'status'>;
  /** 0 where there is none. */
  readonly status: number;
  readonly latencyMs: number;
  readonly endpoint: string | null;
  readonly detail: string | null;
}

const BUCKET_MS = 1_000;
/** A run of a day keeps its time line within these. */
const BUCKET_LIMIT = 86_400;

interface Tally {
  requests: number;
  connections: number;
}

/** Counts what a run does. Everything is bounded: by endpoints, status codes, seconds and the number of samples. */
export class Recorder {
  readonly latencies = new Latencies();
  readonly statusCodes = new Map<number, number>();
  readonly failures: FailureSample[] = [];
  readonly sources = new Set<string>();
  readonly timeline: TimelineBucket[] = [];
  requests = 0;
  succeeded = 0;
  bytesReceived = 0;
  bytesSent = 0;
  connectionsOpened = 0;
  unidentified = 0;
  readonly #errors: Record<ErrorKind, number> = {refused: 0, timeout: 0, reset: 0, status: 0, other: 0};
  readonly #endpoints = new Map<string, Tally>();
  readonly #sampleLimit: number;
  readonly #bucket = new Latencies();
  #carried = 0;
  #carriedSquares = 0;
  #bucketStart = 0;
  #bucketRequests = 0;
  #bucketErrors = 0;

  constructor(sampleLimit: number) {
    this.#sampleLimit = sampleLimit;
  }

  get errors(): LoadErrors {
    return {...this.#errors};
  }

  get errorCount(): number {
    return this.requests - this.succeeded;
  }

  get endpoints(): readonly EndpointTally[] {
    return [...this.#endpoints]
      .map(([endpoint, tally]) => ({endpoint, ...tally}))
      .sort((one, other) => (one.endpoint < other.endpoint ? -1 : 1));
  }

  /**
   * Requests of one connection follow one decision: they count as fewer than they are, by how unevenly connections carry them
   * (Kish's effective sample size).
   */
  get effectiveDraws(): number {
    return this.#carriedSquares === 0 ? 0 : this.#carried ** 2 / this.#carriedSquares;
  }

  /** A connection is over that carried so many requests. */
  carried(requests: number): void {
    this.#carried += requests;
    this.#carriedSquares += requests ** 2;
  }

  connectionTo(endpoint: string): void {
    this.#tally(endpoint).connections++;
  }

  /** `elapsedMs` since the measured part began; `now` is wall-clock. */
  finished(outcome: Outcome, elapsedMs: number, now: () => number): void {
    if (elapsedMs >= this.#bucketStart + BUCKET_MS) this.#closeBuckets(elapsedMs);
    this.requests++;
    this.#bucketRequests++;
    if (outcome.endpoint === null) this.unidentified++;
    else this.#tally(outcome.endpoint).requests++;
    if (outcome.kind === 'answered' || outcome.kind === 'connected') this.#answered(outcome, now);
    else this.#failed(outcome.kind, outcome, now);
  }

  /** Ends the last, perhaps partial, second. */
  close(elapsedMs: number): void {
    this.#closeBuckets(elapsedMs);
    if (this.#bucketRequests > 0) this.#pushBucket();
  }

  #answered(outcome: Outcome, now: () => number): void {
    this.latencies.record(outcome.latencyMs);
    this.#bucket.record(outcome.latencyMs);
    if (outcome.kind === 'answered') this.statusCodes.set(outcome.status, (this.statusCodes.get(outcome.status) ?? 0) + 1);
    if (outcome.status >= 400) this.#failed('status', outcome, now);
    else this.succeeded++;
  }

  #failed(kind: ErrorKind, outcome: Outcome, now: () => number): void {
    this.#errors[kind]++;
    this.#bucketErrors++;
    if (this.failures.length >= this.#sampleLimit) return;
    const detail = outcome.detail ?? (kind === 'status' ? `HTTP ${outcome.status}` : kind);
    this.failures.push({timeMs: now(), endpoint: outcome.endpoint, kind, detail});
  }

  #tally(endpoint: string): Tally {
    const known = this.#endpoints.get(endpoint);
    if (known) return known;
    const tally = {requests: 0, connections: 0};
    this.#endpoints.set(endpoint, tally);
    return tally;
  }

  #closeBuckets(elapsedMs: number): void {
    while (elapsedMs >= this.#bucketStart + BUCKET_MS && this.timeline.length < BUCKET_LIMIT) this.#pushBucket();
  }

  #pushBucket(): void {
    this.timeline.push({
      atMs: this.#bucketStart,
      requests: this.#bucketRequests,
      errors: this.#bucketErrors,
      p50Ms: this.#bucket.percentile(50),
      p99Ms: this.#bucket.percentile(99),
    });
    this.#bucket.reset();
    this.#bucketStart += BUCKET_MS;
    this.#bucketRequests = 0;
    this.#bucketErrors = 0;
  }
}
