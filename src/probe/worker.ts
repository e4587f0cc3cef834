import type {Clock} from './clock.ts';
import type {ProbeOutcome} from './outcome.ts';
import type {ProbeSpec} from './spec.ts';
import {advanceProbe, initialProbeState, type ProbeRole, type ProbeState} from './threshold.ts';

export interface ProbeWorker {
  readonly role: ProbeRole;
  readonly spec: ProbeSpec;
  readonly clock: Clock;
  readonly run: (spec: ProbeSpec, signal: AbortSignal) => Promise<ProbeOutcome>;
  /** Each result as it comes. */
  readonly onOutcome: (outcome: ProbeOutcome) => void;
  /** What is established has changed, or a failing liveness or startup probe asks for the container's end. */
  readonly onEstablished: (state: ProbeState) => void;
}

/** A probe that could not be carried out is tried this often before its tick counts as lost. */
const TRIES = 3;

/**
 * Probes one running container until the signal is aborted, a startup probe succeeds, or a liveness or startup probe fails for good:
 * the container is then ended by the caller and a new one gets a new worker. Ticks come every `periodSeconds` from the container's start,
 * and those within `initialDelaySeconds` are skipped.
 */
export async function runProbeWorker(worker: ProbeWorker, signal: AbortSignal): Promise<void> {
  const {role, spec, clock} = worker;
  const startedAt = clock.now();
  const periodMs = (spec.periodSeconds || 10) * 1000;
  let state = initialProbeState(role);
  for (let tick = firstTick(spec, periodMs); ; tick = nextTick(clock.now() - startedAt, periodMs, tick)) {
    if (!(await clock.sleep(startedAt + tick * periodMs - clock.now(), signal))) return;
    const outcome = await attempt(worker, signal);
    if (signal.aborted) return;
    worker.onOutcome(outcome);
    const before = state.established;
    state = advanceProbe(state, outcome.result, spec);
    if (state.established !== before) worker.onEstablished(state);
    if (isOver(role, state)) return;
  }
}

function firstTick(spec: ProbeSpec, periodMs: number): number {
  return Math.ceil(((spec.initialDelaySeconds ?? 0) * 1000) / periodMs);
}

/** A probe that takes longer than its period loses the ticks in between. */
function nextTick(elapsedMs: number, periodMs: number, tick: number): number {
  return Math.max(tick + 1, Math.ceil(elapsedMs / periodMs));
}

async function attempt(worker: ProbeWorker, signal: AbortSignal): Promise<ProbeOutcome> {
  let outcome = await worker.run(worker.spec, signal);
  for (let tries = 1; tries < TRIES && outcome.result === 'unknown' && !signal.aborted; tries += 1)
    outcome = await worker.run(worker.spec, signal);
  return outcome;
}

function isOver(role: ProbeRole, state: ProbeState): boolean {
  if (role === 'readiness') return false;
  return state.established === 'failure' || (role === 'startup' && state.established === 'success');
}
