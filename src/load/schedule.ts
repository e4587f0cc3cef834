import type {Pace} from './plan.ts';

/** Intended starts of an open loop, one after the other, in milliseconds since its beginning. */
export type Schedule = () => number;

/**
 * Starts at a constant rate, or by a Poisson process of that rate (exponential gaps). During a ramp of R ms the rate grows evenly, so the
 * n-th start lies where the area under the rate reaches n.
 */
export function scheduleOf(pace: Pace & {readonly mode: 'open'}, random: () => number): Schedule {
  const perMs = pace.rate / 1_000;
  let area = pace.arrivals === 'poisson' ? exponential(random) : 0;
  return () => {
    const start = timeOfArea(area, perMs, pace.rampMs);
    area += pace.arrivals === 'poisson' ? exponential(random) : 1;
    return start;
  };
}

function timeOfArea(area: number, perMs: number, rampMs: number): number {
  const inRamp = (perMs * rampMs) / 2;
  if (area < inRamp) return Math.sqrt((2 * area * rampMs) / perMs);
  return rampMs + (area - inRamp) / perMs;
}

function exponential(random: () => number): number {
  return -Math.log(1 - random());
}
