import type {LoadResult} from './load-results.ts';
import type {ApplyResult, DnsResolveResult, ProbeResult, SandboxStatusResult, ServiceListResult} from './results.ts';

/** One part of the demonstration, as it is done. */
export type DemoStep =
  | {readonly kind: 'sandbox'; readonly status: SandboxStatusResult; readonly started: boolean; readonly tookMs: number}
  | {readonly kind: 'applied'; readonly result: ApplyResult; readonly tookMs: number}
  | {readonly kind: 'services'; readonly result: ServiceListResult}
  | {readonly kind: 'resolved'; readonly results: readonly DnsResolveResult[]}
  | {readonly kind: 'probed'; readonly result: ProbeResult}
  | {readonly kind: 'answered'; readonly url: string; readonly reply: KiadaReply}
  | {readonly kind: 'loaded'; readonly result: LoadResult}
  | {readonly kind: 'end'; readonly agreed: boolean; readonly kept: boolean; readonly problems: readonly string[]};

/** What Kiada puts together from its own answer, Quote's and Quiz's. */
export interface KiadaReply {
  readonly quote: string;
  readonly question: string;
  readonly pod: string;
  readonly node: string;
  readonly clientIP: string;
}

/** `kiada demo -o json`. */
export interface DemoResult {
  readonly steps: readonly DemoStep[];
}
