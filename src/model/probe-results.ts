import type {Finding, Unknown} from './finding.ts';
import type {Path} from './network.ts';

// The shapes behind `-o json` of `probe`.

export type Verdict3 = 'healthy' | 'unhealthy' | 'unknown';
export type ProbeKind = 'httpGet' | 'tcpSocket' | 'exec' | 'grpc';

export interface ProbeOutcome {
  readonly kind: ProbeKind;
  readonly outcome: 'success' | 'failure' | 'unknown';
  readonly detail: string;
  readonly durationMs: number;
}
export interface ProbeTargetResult {
  readonly target: string;
  readonly verdict: Verdict3;
  readonly ready: number;
  readonly total: number;
  readonly via: Path | null;
  readonly from: string | null;
  readonly endpoints: readonly {
    readonly address: string;
    readonly port: number | null;
    readonly pod: string | null;
    readonly apiReady: boolean;
    readonly probe: ProbeOutcome;
    readonly agree: boolean | null;
  }[];
  /** What is wrong with a Service that is not healthy. */
  readonly findings: readonly Finding[];
  readonly unknown: readonly Unknown[];
}
export interface ProbeResult {
  readonly targets: readonly ProbeTargetResult[];
  readonly verdict: Verdict3;
  readonly waitedMs: number;
}
