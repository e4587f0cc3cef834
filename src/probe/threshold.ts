import type {ProbeOutcome} from './outcome.ts';
import type {ProbeSpec} from './spec.ts';

export type ProbeRole = 'startup' | 'liveness' | 'readiness';

/** What a probe has established so far, and the run of equal results that may change it. */
export interface ProbeState {
  readonly established: 'success' | 'failure' | 'unknown';
  readonly last: 'success' | 'failure' | null;
  readonly run: number;
}

const INITIAL = {startup: 'unknown', liveness: 'success', readiness: 'failure'} as const;

/** Before the first result a container counts as alive but not as ready, and its start as undecided. Source: kubernetes `pkg/kubelet/prober/worker.go`. */
export function initialProbeState(role: ProbeRole): ProbeState {
  return {established: INITIAL[role], last: null, run: 0};
}

/** The state after one result. Unknown results are thrown away; others count only in unbroken runs as long as the threshold. */
export function advanceProbe(state: ProbeState, result: ProbeOutcome['result'], spec: ProbeSpec): ProbeState {
  if (result === 'unknown') return state;
  const seen = result === 'failure' ? 'failure' : 'success';
  const run = state.last === seen ? state.run + 1 : 1;
  const threshold = seen === 'failure' ? (spec.failureThreshold ?? 3) : (spec.successThreshold ?? 1);
  return {established: run >= threshold ? seen : state.established, last: seen, run};
}
