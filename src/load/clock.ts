/** Time as the engine needs it. */
export interface LoadClock {
  /** Milliseconds with fractions, never going back. */
  now(): number;
  /** Milliseconds since 1970. */
  wallNow(): number;
}

export const systemClock: LoadClock = {now: () => performance.now(), wallNow: () => Date.now()};
