import type {DnsResolveResult} from './dns-results.ts';
import type {LoadResult} from './load-results.ts';
import type {ProbeResult} from './probe-results.ts';
import type {ApplyResult, SandboxStatusResult, ServiceListResult} from './results.ts';

/** One part of the demonstration, as it is done. */
export type DemoStep =
  | {readonly kind: 'sandbox'; readonly status: SandboxStatusResult; readonly started: boolean; readonly tookMs: number}
  | {
      readonly kind: 'cluster';
      readonly context: string;
      readonly server: string;
      readonly namespace: string;
      readonly nodes: readonly {readonly name: string; readonly zone: string | null}[];
    }
  | {readonly kind: 'applied'; readonly result: ApplyResult; readonly tookMs: number}
  | {readonly kind: 'services'; readonly result: ServiceListResult}
  | {readonly kind: 'resolved'; readonly results: readonly DnsResolveResult[]}
  | {readonly kind: 'probed'; readonly result: ProbeResult}
  | {readonly kind: 'answered'; readonly url: string; readonly reply: KiadaReply}
  | {readonly kind: 'loaded'; readonly result: LoadResult}
  | {readonly kind: 'skipped'; readonly what: string; readonly why: string}
  | {
      readonly kind: 'end';
      readonly agreed: boolean;
      readonly kept: boolean;
      readonly sandbox: boolean;
      readonly namespace: string;
      readonly problems: readonly string[];
    };

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
