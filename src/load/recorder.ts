import type {HistogramCounts} from './histogram.ts';
import {Latencies} from './latency.ts';
import {LatencyBars} from './latency-bars.ts';
import type {ErrorKind} from './plan.ts';
import type {EndpointTally, FailureSample} from './result.ts';
import type {CountedSecond} from './timeline.ts';

/** One finished request. */
export interface Outcome {
  readonly kind: 'answered' | 'connected' | Exclude<ErrorKind, 'status'>;
  /** null where there is none. */
  readonly status: number | null;
  readonly latencyMs: number;
  readonly endpoint: string | null;
  /** Why it failed; null: it succeeded. */
  readonly detail: string | null;
}

/** What was counted, in a form that other threads can be sent. */
export interface Recorded {
  readonly requests: number;
  readonly succeeded: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly connectionsOpened: number;
  readonly unidentified: number;
  readonly carried: number;
  readonly carriedSquares: number;
  readonly errors: Readonly<Record<ErrorKind, number>>;
  readonly statusCodes: ReadonlyMap<number, number>;
  readonly endpoints: readonly EndpointTally[];
  readonly sources: ReadonlySet<string>;
  readonly failures: readonly FailureSample[];
  readonly latencies: HistogramCounts;
  readonly bars: Float64Array;
}

const SECOND_MS = 1_000;
/** More addresses than a load generator can have; a server that invents them must not fill the memory. */
const SOURCE_LIMIT = 1_000;
/** A run of a day keeps its time line within these. */
const SECOND_LIMIT = 86_400;

/** Counts what a run does. Everything is bounded: by endpoints, status codes, seconds and the number of samples. */
export class Recorder {
  readonly latencies = new Latencies();
  readonly sources = new Set<string>();
  requests = 0;
  succeeded = 0;
  bytesReceived = 0;
  bytesSent = 0;
  connectionsOpened = 0;
  readonly #bars = new LatencyBars();
  readonly #statusCodes = new Map<number, number>();
  readonly #failures: FailureSample[] = [];
  readonly #errors: Record<ErrorKind, number> = {refused: 0, timeout: 0, reset: 0, status: 0, other: 0};
  readonly #endpoints = new Map<string, {requests: number; connections: number; lastAnswerMs: number | null}>();
  readonly #sampleLimit: number;
  readonly #onSecond: (second: CountedSecond) => void;
  readonly #latenciesOfSecond: () => Latencies;
  #unidentified = 0;
  #carried = 0;
  #carriedSquares = 0;
  #second: Latencies;
  #seconds = 0;
  #secondRequests = 0;
  #secondErrors = 0;

  /** `onSecond` is given each second of the run; its latencies are the caller's only until it returns. */
  constructor(sampleLimit: number, onSecond: (second: CountedSecond) => void, latenciesOfSecond: () => Latencies) {
    this.#sampleLimit = sampleLimit;
    this.#onSecond = onSecond;
    this.#latenciesOfSecond = latenciesOfSecond;
    this.#second = latenciesOfSecond();
  }

  get errorCount(): number {
    return this.requests - this.succeeded;
  }

  /** How long the seconds are together that were told. */
  get closedMs(): number {
    return this.#seconds * SECOND_MS;
  }

  get endpoints(): readonly EndpointTally[] {
    return [...this.#endpoints].map(([endpoint, tally]) => ({endpoint, ...tally}));
  }

  /** All that was counted so far. */
  recorded(): Recorded {
    const {requests, succeeded, bytesReceived, bytesSent, connectionsOpened, sources, endpoints} = this;
    return {
      ...{requests, succeeded, bytesReceived, bytesSent, connectionsOpened, sources, endpoints},
      unidentified: this.#unidentified,
      carried: this.#carried,
      carriedSquares: this.#carriedSquares,
      errors: this.#errors,
      statusCodes: this.#statusCodes,
      failures: this.#failures,
      latencies: this.latencies.histogram,
      bars: this.#bars.counts,
    };
  }

  /** A server told that it sees this address as the client's. */
  sawSource(address: string): void {
    if (this.sources.size < SOURCE_LIMIT) this.sources.add(address);
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
    this.#closeSeconds(elapsedMs);
    this.requests++;
    this.#secondRequests++;
    const tally = outcome.endpoint === null ? null : this.#tally(outcome.endpoint);
    if (tally === null) this.#unidentified++;
    else tally.requests++;
    if (outcome.kind === 'answered' || outcome.kind === 'connected') {
      if (tally !== null) tally.lastAnswerMs = elapsedMs;
      this.#answered(outcome, now);
    } else this.#failed(outcome.kind, outcome, now);
  }

  /** Ends the last, perhaps partial, second. */
  close(elapsedMs: number): void {
    this.#closeSeconds(elapsedMs);
    if (this.#secondRequests > 0) this.#closeSecond();
  }

  #answered(outcome: Outcome, now: () => number): void {
    this.latencies.record(outcome.latencyMs);
    this.#second.record(outcome.latencyMs);
    this.#bars.record(outcome.latencyMs);
    if (outcome.status !== null) this.#statusCodes.set(outcome.status, (this.#statusCodes.get(outcome.status) ?? 0) + 1);
    if (outcome.detail !== null) this.#failed('status', outcome, now);
    else this.succeeded++;
  }

  #failed(kind: ErrorKind, outcome: Outcome, now: () => number): void {
    this.#errors[kind]++;
    this.#secondErrors++;
    if (this.#failures.length >= this.#sampleLimit) return;
    this.#failures.push({timeMs: now(), latencyMs: outcome.latencyMs, endpoint: outcome.endpoint, kind, detail: outcome.detail ?? kind});
  }

  #tally(endpoint: string): {requests: number; connections: number; lastAnswerMs: number | null} {
    const known = this.#endpoints.get(endpoint);
    if (known) return known;
    const tally = {requests: 0, connections: 0, lastAnswerMs: null};
    this.#endpoints.set(endpoint, tally);
    return tally;
  }

  #closeSeconds(elapsedMs: number): void {
    while (elapsedMs >= (this.#seconds + 1) * SECOND_MS && this.#seconds < SECOND_LIMIT) this.#closeSecond();
  }

  #closeSecond(): void {
    const second = {atMs: this.closedMs, requests: this.#secondRequests, errors: this.#secondErrors, latencies: this.#second.histogram};
    this.#seconds++;
    this.#onSecond(second);
    this.#second = this.#latenciesOfSecond();
    this.#secondRequests = 0;
    this.#secondErrors = 0;
  }
}
