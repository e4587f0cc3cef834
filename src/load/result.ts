import type {LatencyIntervals, LatencySummary, LoadErrors} from '../model/index.ts';
import type {ErrorKind} from './plan.ts';

/** What one endpoint did. */
export interface EndpointTally {
  /** The name by which it was identified: what the answer said, else `address:port` as dialed. */
  readonly endpoint: string;
  /** Finished requests, failed ones that could be attributed included. */
  readonly requests: number;
  /** Connections that it took: the balancing decisions in its favour. */
  readonly connections: number;
  /** Its last answer, since the measured part began; null: none. */
  readonly lastAnswerMs: number | null;
}

export interface FailureSample {
  /** Wall-clock, milliseconds since 1970. */
  readonly timeMs: number;
  /** How long it had been under way. */
  readonly latencyMs: number;
  readonly endpoint: string | null;
  readonly kind: ErrorKind;
  readonly detail: string;
}

/** One second of the run. */
export interface TimelineBucket {
  /** Since the measured part began. */
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface LoadEngineResult {
  /** Wall-clock start of the measured part, milliseconds since 1970. */
  readonly startedAtMs: number;
  /** Of the measured part, from its start to the end of its last request. */
  readonly durationMs: number;
  /** Finished, whatever came of them. */
  readonly requests: number;
  /** Answered with a status below 400; connected, for plain TCP. */
  readonly succeeded: number;
  readonly requestsPerSecond: number;
  /** As they came over the connection, heads included. */
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly errors: LoadErrors;
  readonly statusCodes: Readonly<Record<string, number>>;
  /** Of requests that were answered, whatever the status. With an open loop from the intended start. */
  readonly latencyMs: LatencySummary;
  /** Where the true percentiles lie with 95 % confidence. */
  readonly latencyIntervals: LatencyIntervals;
  /** Bars of equal width on a logarithmic scale, ten for a factor of ten; each ends at `upToMs`. */
  readonly latencyHistogram: readonly {readonly upToMs: number; readonly count: number}[];
  readonly connectionsOpened: number;
  /** How many independent draws the requests are worth, of those whose connection is known to have gone somewhere. */
  readonly effectiveDraws: number;
  /** Open loop: intended starts that no connection was free for until the end. */
  readonly missedStarts: number;
  /** Sorted by name. */
  readonly endpoints: readonly EndpointTally[];
  /** Finished requests whose endpoint nobody named. */
  readonly unidentified: number;
  /** Client addresses as servers saw them. Sorted. */
  readonly sourcesSeen: readonly string[];
  readonly failures: readonly FailureSample[];
  readonly timeline: readonly TimelineBucket[];
  /** Ended before its time by the caller's signal. */
  readonly aborted: boolean;
}

/** How far the run is. */
export interface LoadProgress {
  readonly phase: 'warm-up' | 'measuring';
  readonly elapsedMs: number;
  readonly requests: number;
  readonly errors: number;
  /** Over the last interval. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** So far, in no order. */
  readonly endpoints: readonly EndpointTally[];
}
