import {KiadaError} from '../errors.ts';
import type {LoadClock} from './clock.ts';
import type {Lane} from './lane.ts';
import {LaneQueue} from './lane-queue.ts';
import type {LoadPlan, OpenPace} from './plan.ts';
import {scheduleOf} from './schedule.ts';

export interface DriverOptions {
  readonly plan: LoadPlan;
  readonly lanes: readonly Lane[];
  readonly clock: LoadClock;
  readonly random: () => number;
  readonly measuredFrom: number;
}

/** Gives requests to lanes until the plan is done. */
export interface Driver {
  /** Resolves when the last request has ended. */
  run(): Promise<void>;
  /** The lane's request has ended. */
  free(lane: Lane): void;
  /** Starts nothing more and does not wait for what is under way. */
  abort(): void;
  /** When the last measured request ended. */
  endedAt(): number;
  /** Open loop: intended starts that were never sent. */
  missed(): number;
}

/** A timer is off by up to a millisecond: what is due sooner is waited for turn by turn of the event loop. */
const SPIN_MS = 1.2;

export function createDriver(options: DriverOptions): Driver {
  const {plan, lanes, clock, measuredFrom} = options;
  if (plan.durationMs === null && plan.requests === null) throw new KiadaError('USAGE', 'A load needs a duration or a number of requests.');
  if (!Number.isInteger(plan.connections) || plan.connections < 1) throw new KiadaError('USAGE', 'A load needs at least one connection.');
  const intake = plan.pace.mode === 'open' ? openIntake(options, plan.pace) : closedIntake();
  const endAt = plan.durationMs === null ? Number.POSITIVE_INFINITY : measuredFrom + plan.durationMs;
  const limit = plan.requests ?? Number.POSITIVE_INFINITY;
  const idle = new LaneQueue(lanes);
  let measured = 0;
  let underWay = 0;
  let over = false;
  let ended = measuredFrom;
  let missedUntil = Number.NEGATIVE_INFINITY;
  let finish: () => void = () => undefined;
  let timer: NodeJS.Timeout | null = null;
  let spin: NodeJS.Immediate | null = null;

  /** Starts what is due on what is idle; says when to look again. */
  const dispatch = (): void => {
    while (!over && idle.size > 0) {
      const now = clock.now();
      const due = intake.peek(now);
      if (due >= endAt || now >= endAt || measured >= limit) {
        over = true;
        if (measured < limit) {
          ended = Math.max(ended, endAt);
          missedUntil = endAt;
        }
        break;
      }
      if (due > now) {
        wake(due - now);
        return;
      }
      intake.take();
      if (due >= measuredFrom) measured++;
      underWay++;
      (idle.take() as Lane).begin(due);
    }
    if (over && underWay === 0) finish();
  };

  const wake = (inMs: number): void => {
    if (timer !== null || spin !== null) return;
    const again = (): void => {
      timer = null;
      spin = null;
      dispatch();
    };
    if (inMs < SPIN_MS) spin = setImmediate(again);
    else timer = setTimeout(again, Math.floor(inMs));
  };

  const checkMs = Math.max(1, Math.min(50, plan.timeoutMs / 10));
  return {
    run: () =>
      new Promise((resolve) => {
        const deadlines = setInterval(() => {
          const now = clock.now();
          for (const lane of lanes) lane.checkDeadline(now);
        }, checkMs);
        const stop = setTimeout(dispatch, Math.min(2_147_483_647, endAt - clock.now()));
        finish = () => {
          over = true;
          clearInterval(deadlines);
          clearTimeout(stop);
          if (timer !== null) clearTimeout(timer);
          if (spin !== null) clearImmediate(spin);
          resolve();
        };
        dispatch();
      }),
    free(lane) {
      underWay--;
      ended = Math.max(ended, clock.now());
      idle.add(lane);
      dispatch();
    },
    abort() {
      over = true;
      ended = Math.max(ended, clock.now());
      missedUntil = Math.min(ended, endAt);
      finish();
    },
    endedAt: () => ended,
    missed: () => intake.missed(missedUntil),
  };
}

/** Where due times come from. */
interface Intake {
  /** When the next request is to start. */
  peek(now: number): number;
  take(): void;
  /** Starts that were due before `until` and were not taken. */
  missed(until: number): number;
}

/** Always now: a request starts when a lane is free. */
function closedIntake(): Intake {
  return {peek: (now) => now, take: () => undefined, missed: () => 0};
}

function openIntake({plan, random, measuredFrom}: DriverOptions, pace: OpenPace): Intake {
  const schedule = scheduleOf(pace, random);
  const begin = measuredFrom - plan.warmupMs;
  let next = begin + schedule();
  return {
    peek: () => next,
    take: () => {
      next = begin + schedule();
    },
    missed: (until) => {
      let count = 0;
      for (; next < until; next = begin + schedule()) count++;
      return count;
    },
  };
}
