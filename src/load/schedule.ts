import {KiadaError} from '../errors.ts';
import type {OpenPace} from './plan.ts';

/** Intended starts of an open loop, one after the other, in milliseconds since its beginning. */
export type Schedule = () => number;

/** A stretch of time over which the rate (a millisecond) goes evenly from one value to another. */
interface Segment {
  readonly startMs: number;
  readonly lengthMs: number;
  readonly from: number;
  readonly to: number;
  /** Requests due before it. */
  readonly areaBefore: number;
}

/**
 * Starts at a given rate, or by a Poisson process of that rate (exponential gaps): the n-th start lies where the area under the rate
 * reaches n. During a ramp the rate grows evenly from nothing; after the steps it stays at the last one's rate.
 */
export function scheduleOf(pace: OpenPace, random: () => number): Schedule {
  const segments = segmentsOf(pace);
  let current = 0;
  let area = pace.arrivals === 'poisson' ? exponential(random) : 0;
  return () => {
    while (current < segments.length - 1 && area >= (segments[current + 1] as Segment).areaBefore) current++;
    const start = timeIn(segments[current] as Segment, area);
    area += pace.arrivals === 'poisson' ? exponential(random) : 1;
    return start;
  };
}

function segmentsOf({rate, rampMs, steps}: OpenPace): readonly Segment[] {
  const plan =
    steps.length > 0
      ? steps.map((step) => ({from: step.rate, to: step.rate, lengthMs: step.durationMs}))
      : [{from: 0, to: rate, lengthMs: rampMs}];
  const last = plan.at(-1)?.to ?? rate;
  const segments: Segment[] = [];
  let [startMs, areaBefore] = [0, 0];
  for (const {from, to, lengthMs} of [...plan, {from: last, to: last, lengthMs: Number.POSITIVE_INFINITY}]) {
    if (!(to > 0)) throw new KiadaError('USAGE', `A rate of ${to} requests a second sends nothing.`);
    if (lengthMs <= 0) continue;
    segments.push({startMs, lengthMs, from: from / 1_000, to: to / 1_000, areaBefore});
    startMs += lengthMs;
    areaBefore += (((from + to) / 2) * lengthMs) / 1_000;
  }
  return segments;
}

function timeIn({startMs, lengthMs, from, to, areaBefore}: Segment, area: number): number {
  const left = area - areaBefore;
  if (from === to) return startMs + left / from;
  // only a ramp from nothing changes within a segment
  return startMs + Math.sqrt((2 * left * lengthMs) / to);
}

function exponential(random: () => number): number {
  return -Math.log(1 - random());
}
