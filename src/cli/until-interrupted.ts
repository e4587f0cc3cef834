export interface Interruption {
  /** Aborted by the first of the signals. */
  readonly signal: AbortSignal;
  /** Gives the signals their usual meaning back. */
  release(): void;
}

/** Listens for Ctrl-C, and for SIGTERM unless told otherwise; the second one ends the process at once. */
export function untilInterrupted(signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']): Interruption {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: stop.signal,
    release: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
