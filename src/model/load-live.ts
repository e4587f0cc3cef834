import type {Path} from './network.ts';

/** A load run while it goes on, for a view that is redrawn. */
export interface LoadLive {
  readonly via: Path;
  readonly address: string;
  readonly port: number;
  readonly from: string;
  readonly phase: 'warm-up' | 'measuring';
  readonly elapsedMs: number;
  /** null: until so many requests are done. */
  readonly durationMs: number | null;
  readonly totalRequests: number | null;
  readonly requests: number;
  readonly errors: number;
  readonly requestsPerSecond: number;
  /** Rates of the last intervals, the newest last. */
  readonly recentRates: readonly number[];
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** With `--agents`: each of them. */
  readonly agents: readonly {
    readonly name: string;
    readonly requests: number;
    readonly errors: number;
    readonly requestsPerSecond: number;
    readonly p99Ms: number;
  }[];
  readonly rows: readonly {
    readonly endpoint: string;
    readonly pod: string | null;
    readonly predicted: number;
    readonly observed: number;
    readonly count: number;
  }[];
  /** The latest changes of endpoints, the newest last. */
  readonly changes: readonly {
    readonly time: string;
    readonly endpoint: string;
    readonly change: string;
    readonly reason: string | null;
  }[];
}
