/** Time as an argument: what the thresholds, back-offs and grace periods wait on. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** True after `ms`; false as soon as the signal is aborted. Never rejects. `Infinity` waits for the signal alone. */
  sleep(ms: number, signal?: AbortSignal): Promise<boolean>;
}

/** The longest delay that a timer of Node takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    let left = ms;
    while (left > LONGEST_TIMER_MS) {
      if (!(await wait(LONGEST_TIMER_MS, signal))) return false;
      left -= LONGEST_TIMER_MS;
    }
    return wait(Math.max(0, left), signal);
  },
};

function wait(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal?.aborted) return Promise.resolve(false);
  const {promise, resolve} = Promise.withResolvers<boolean>();
  const stop = () => {
    clearTimeout(timer);
    resolve(false);
  };
  const timer = setTimeout(() => {
    signal?.removeEventListener('abort', stop);
    resolve(true);
  }, ms);
  timer.unref();
  signal?.addEventListener('abort', stop, {once: true});
  return promise;
}
