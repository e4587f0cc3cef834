import type {LoadOptions} from './engine.ts';
import type {Run} from './run-part.ts';

/** Reports at intervals how far the run is. Returns how to end that. */
export function watchProgress(run: Run, {onProgress, progressMs = 500}: LoadOptions): () => void {
  if (!onProgress) return () => undefined;
  const {recorder, clock, measuredFrom} = run;
  let before = {at: measuredFrom, requests: 0};
  const timer = setInterval(() => {
    const now = clock.now();
    const spanMs = now - before.at;
    onProgress({
      phase: now < measuredFrom ? 'warm-up' : 'measuring',
      elapsedMs: Math.max(0, now - measuredFrom),
      requests: recorder.requests,
      errors: recorder.errorCount,
      requestsPerSecond: spanMs > 0 ? ((recorder.requests - before.requests) / spanMs) * 1_000 : 0,
      p50Ms: recorder.latencies.percentile(50),
      p99Ms: recorder.latencies.percentile(99),
      endpoints: recorder.endpoints,
    });
    before = {at: Math.max(now, measuredFrom), requests: recorder.requests};
  }, progressMs);
  return () => clearInterval(timer);
}
