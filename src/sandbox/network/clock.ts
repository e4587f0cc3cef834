/** Time as the network needs it. */
export interface NetworkClock {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Calls back after `ms`; what is returned calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's own clock. A pending wait does not keep the process alive. */
export const systemClock: NetworkClock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms).unref();
    return () => clearTimeout(timer);
  },
};
