import {describe, expect, it} from 'vitest';
import {advanceProbe, initialProbeState, type ProbeOutcome, type ProbeRole, type ProbeSpec, runProbeWorker} from '../../src/probe/index.ts';
import {manualClock} from './fixtures.ts';

/** Runs a worker over results, one a tick (the last one for ever), and tells when it was asked and what it established. */
async function watch(role: ProbeRole, spec: ProbeSpec, results: readonly ProbeOutcome['result'][], seconds: number) {
  const clock = manualClock();
  const asked: number[] = [];
  const established: string[] = [];
  const stop = new AbortController();
  let ended = false;
  const worker = runProbeWorker(
    {
      role,
      spec,
      clock,
      run: async () => {
        const result = results[Math.min(asked.length, results.length - 1)] ?? 'success';
        asked.push(clock.now() / 1000);
        return {result, message: '', durationMs: 0};
      },
      onOutcome: () => {},
      onEstablished: (state) => established.push(`${clock.now() / 1000}:${state.established}`),
    },
    stop.signal,
  ).then(() => {
    ended = true;
  });
  await clock.advance(seconds * 1000);
  const hasEnded = ended;
  stop.abort();
  await worker;
  return {asked, established, hasEnded};
}

describe('the ticks of a probe', () => {
  it('come at once and then every period', async () => {
    expect((await watch('readiness', {periodSeconds: 5}, ['success'], 11)).asked).toEqual([0, 5, 10]);
  });
  it('are skipped within the initial delay', async () => {
    expect((await watch('readiness', {periodSeconds: 10, initialDelaySeconds: 15}, ['success'], 31)).asked).toEqual([20, 30]);
  });
  it('come three times for a probe that cannot be carried out, and change nothing', async () => {
    const {asked, established} = await watch('liveness', {periodSeconds: 10, failureThreshold: 1}, ['unknown'], 1);
    expect(asked).toEqual([0, 0, 0]);
    expect(established).toEqual([]);
  });
});

describe('what a probe establishes', () => {
  it('ready after as many successes as asked for, unready after as many failures', async () => {
    const results = ['failure', 'success', 'success', 'failure', 'failure', 'success'] as const;
    const {established} = await watch('readiness', {periodSeconds: 1, successThreshold: 2, failureThreshold: 2}, results, 6.5);
    expect(established).toEqual(['2:success', '4:failure', '6:success']);
  });
  it('is not reached by runs that are broken', async () => {
    const {established} = await watch(
      'liveness',
      {periodSeconds: 1, failureThreshold: 2},
      ['failure', 'success', 'failure', 'success'],
      3.5,
    );
    expect(established).toEqual([]);
  });
  it('ends a liveness worker that has failed for good', async () => {
    const {established, hasEnded, asked} = await watch('liveness', {periodSeconds: 1, failureThreshold: 3}, ['failure'], 10);
    expect([established, hasEnded, asked.length]).toEqual([['2:failure'], true, 3]);
  });
  it('ends a startup worker at its first success', async () => {
    const {established, hasEnded} = await watch('startup', {periodSeconds: 1, failureThreshold: 5}, ['failure', 'failure', 'success'], 10);
    expect([established, hasEnded]).toEqual([['2:success'], true]);
  });
  it('counts a warning as success', () => {
    expect(advanceProbe(initialProbeState('readiness'), 'warning', {}).established).toBe('success');
  });
});
