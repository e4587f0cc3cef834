import type {Path} from './network.ts';

// What is behind `kiada load -o json`.

export interface LoadErrors {
  readonly refused: number;
  readonly timeout: number;
  readonly reset: number;
  readonly status: number;
  readonly other: number;
}
export interface LatencySummary {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}
/** Where a true value lies with 95 % confidence. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
export interface LatencyIntervals {
  readonly p50: Interval;
  readonly p90: Interval;
  readonly p99: Interval;
}
export interface DistributionRow {
  readonly endpoint: string;
  readonly pod: string | null;
  readonly node: string | null;
  readonly zone: string | null;
  /** Share from 0 to 1. */
  readonly predicted: number;
  /** Share of the requests. */
  readonly observed: number;
  /** Of the observed share; requests of one connection count as the one decision that they are. */
  readonly interval: Interval;
  readonly count: number;
  readonly connections: number;
}
/** Endpoints of one node or zone together. */
export interface ShareRow {
  /** null: endpoints of which the cluster does not say it. */
  readonly name: string | null;
  readonly predicted: number;
  readonly observed: number;
  readonly interval: Interval;
  readonly count: number;
}
export interface DistributionTest {
  readonly method: string;
  readonly pValue: number | null;
  readonly verdict: 'as-predicted' | 'skewed' | 'undecided';
  readonly note: string;
}
export interface LoadDistribution {
  readonly rows: readonly DistributionRow[];
  readonly nodes: readonly ShareRow[];
  readonly zones: readonly ShareRow[];
  readonly unidentified: number;
  /** How many independent decisions the requests are worth. */
  readonly effectiveDraws: number;
  readonly test: DistributionTest;
}
/** One second of a run. */
export interface LoadSecond {
  /** Since the measured part began. */
  readonly atMs: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}
export interface LoadFailure {
  readonly time: string;
  readonly endpoint: string | null;
  /** Where the endpoint is not known, since the connection never came to be: the only one that was ready and had fallen silent. */
  readonly suspect: string | null;
  readonly kind: string;
  readonly detail: string;
  /** What the slices said of the endpoint at that moment, of a suspect when the connection was begun. */
  readonly endpointState: string | null;
  /** With `--agents`: the agent whose request it was. */
  readonly agent: string | null;
}
/** An endpoint that stopped being ready during the run, and what that cost. */
export interface EndpointDrain {
  readonly endpoint: string;
  readonly pod: string | null;
  /** When the slices first said that it is not ready any more. */
  readonly leftAt: string;
  /** What it became then: serving-terminating, terminating, not-ready or gone. */
  readonly became: string;
  /** When it was taken out of the slices; null while it is in them. */
  readonly goneAt: string | null;
  readonly failuresBefore: number;
  readonly failuresAfter: number;
  /** From `leftAt` to the last failed request of this endpoint. */
  readonly lastFailureMs: number | null;
  /** When it last answered: from then on all traffic was elsewhere, or failed. null: it answered nothing. */
  readonly lastAnswerAt: string | null;
}
/** What one of several agents saw, held against what is predicted for its place. */
export interface LoadSource {
  /** The agent's pod. */
  readonly agent: string;
  readonly node: string | null;
  readonly zone: string | null;
  readonly entryNode: string | null;
  /** By the clock of the machine that the command runs on. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly requests: number;
  readonly succeeded: number;
  readonly requestsPerSecond: number;
  readonly connectionsOpened: number;
  readonly missedStarts: number;
  readonly errors: LoadErrors;
  readonly latencyMs: LatencySummary;
  readonly distribution: LoadDistribution;
  readonly sourcesSeen: readonly string[];
}
/** An agent that was not heard of to the end. What it had counted up to its last full second is in the sums. */
export interface LostAgent {
  readonly agent: string;
  readonly node: string | null;
  readonly zone: string | null;
  /** When the loss was noticed. */
  readonly at: string;
  readonly why: string;
  /** Of its requests, those that are in the sums. */
  readonly requests: number;
}
export interface LoadRunResult {
  readonly via: Path;
  readonly from: string;
  readonly entryNode: string | null;
  readonly address: string;
  readonly port: number;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly requests: number;
  readonly succeeded: number;
  readonly requestsPerSecond: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
  readonly connectionsOpened: number;
  /** With a fixed rate: starts for which no connection was free. */
  readonly missedStarts: number;
  readonly errors: LoadErrors;
  /** By HTTP status; of gRPC calls, by theirs. */
  readonly statusCodes: Readonly<Record<string, number>>;
  readonly latencyMs: LatencySummary;
  readonly latencyIntervals: LatencyIntervals;
  /** Bars of equal width on a logarithmic scale; each ends at `upToMs`. */
  readonly latencyHistogram: readonly {readonly upToMs: number; readonly count: number}[];
  readonly timeline: readonly LoadSecond[];
  readonly distribution: LoadDistribution;
  readonly sourcesSeen: readonly string[];
  readonly endpointChanges: readonly {
    readonly time: string;
    readonly endpoint: string;
    readonly change: string;
    readonly reason: string | null;
  }[];
  readonly failures: readonly LoadFailure[];
  readonly drains: readonly EndpointDrain[];
  /** With `--agents`: each agent by itself. */
  readonly sources: readonly LoadSource[];
  readonly lostAgents: readonly LostAgent[];
}
/** One figure of two runs along the same path. */
export interface LoadComparisonRow {
  readonly via: Path;
  readonly metric: 'requestsPerSecond' | 'p50' | 'p90' | 'p99' | 'errorShare';
  readonly before: number;
  readonly after: number;
  /** After as a multiple of before; the difference for `errorShare`. null where there is nothing to divide by. */
  readonly change: number | null;
  /** Of the change, with 95 % confidence. */
  readonly interval: Interval | null;
  readonly verdict: 'better' | 'worse' | 'no difference shown';
}
export interface LoadComparison {
  /** The file that was compared with. */
  readonly with: string;
  readonly rows: readonly LoadComparisonRow[];
  /** In which the plans differ: figures of different plans say little about each other. */
  readonly planDifferences: readonly string[];
}
export interface LoadResult {
  readonly target: string;
  readonly plan: {
    readonly protocol: 'http/1.1' | 'h2' | 'grpc' | 'tcp' | 'udp';
    readonly mode: 'open' | 'closed';
    readonly rate: number | null;
    readonly connections: number;
    readonly connectionPerRequest: boolean;
    readonly durationMs: number | null;
    readonly requests: number | null;
    readonly workers: number;
    /** Programs in the cluster that the load was divided among; null: there were none. */
    readonly agents: number | null;
  };
  readonly runs: readonly LoadRunResult[];
  readonly missedThresholds: readonly string[];
  /** Only with `--compare`. */
  readonly comparison: LoadComparison | null;
}
