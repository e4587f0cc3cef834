import type {KiadaError} from '../errors.ts';
import type {LoadPart} from './part.ts';
import type {LoadPlan} from './plan.ts';
import type {Outcome} from './recorder.ts';
import type {LoadProgress} from './result.ts';
import type {CountedSecond} from './timeline.ts';

// What passes between a run and its members, which are threads here or agents elsewhere: up, plan, ready, go, and what comes of it.

/** What a member is to do, once it is told to go. */
export interface MemberOrder {
  readonly plan: LoadPlan;
  readonly progressMs: number;
  /** Tells all that was counted with each second, so that a member that is lost is lost from there on only. */
  readonly checkpoints: boolean;
  /** Tells each request. */
  readonly samples: boolean;
}

export type ToMember = {readonly kind: 'plan'; readonly order: MemberOrder} | {readonly kind: 'go'} | {readonly kind: 'stop'};

/** One finished request. */
export interface LoadSample {
  /** Wall-clock of its end, milliseconds since 1970. */
  readonly timeMs: number;
  readonly latencyMs: number;
  readonly kind: Outcome['kind'];
  /** null where there is none. */
  readonly status: number | null;
  readonly endpoint: string | null;
}

export function sampleOf({kind, status, latencyMs, endpoint}: Outcome, timeMs: number): LoadSample {
  return {timeMs, latencyMs, kind, status, endpoint};
}

export type MemberMessage =
  | {readonly kind: 'up'}
  /** `nowMs`: its wall clock. */
  | {readonly kind: 'ready'; readonly nowMs: number}
  | {readonly kind: 'second'; readonly second: CountedSecond; readonly soFar: LoadPart | null}
  | {readonly kind: 'progress'; readonly progress: LoadProgress}
  | {readonly kind: 'samples'; readonly samples: readonly LoadSample[]}
  | {readonly kind: 'part'; readonly part: LoadPart}
  | {readonly kind: 'failed'; readonly code: KiadaError['code']; readonly message: string; readonly hint: string | null};
