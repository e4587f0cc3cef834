import type {LoadProgress} from '../load/index.ts';

export interface ProgressLine {
  update(via: string, progress: LoadProgress): void;
  /** Takes the line away and Ctrl-C back to its usual meaning. */
  end(): void;
  /** Aborted by the first Ctrl-C, so that what was measured is still told; the second ends the process. */
  readonly signal: AbortSignal;
}

/** A line on stderr that says how far the load is: rewritten in place on a terminal, nothing in a pipe. */
export function progressLine(wanted: boolean): ProgressLine {
  const shown = wanted && process.stderr.isTTY === true;
  const stop = new AbortController();
  const onInterrupt = () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', onInterrupt);
  return {
    signal: stop.signal,
    update(via, progress) {
      if (!shown) return;
      const {elapsedMs, requests, errors, requestsPerSecond, p50Ms, p99Ms} = progress;
      const text = `${via}  ${(elapsedMs / 1000).toFixed(1)} s  ${requests} requests, ${errors} failed  ${Math.round(requestsPerSecond)}/s  p50 ${p50Ms.toFixed(1)} ms  p99 ${p99Ms.toFixed(1)} ms`;
      process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    },
    end() {
      process.off('SIGINT', onInterrupt);
      if (shown) process.stderr.write('\r\u001b[K');
    },
  };
}
