const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
/** What needed no delay for so long starts anew. */
export const BACK_OFF_MEMORY_MS = 2 * LONGEST_MS;

/** A delay that doubles from ten seconds to five minutes, and starts anew after twice the longest without need of it. */
export interface BackOff {
  readonly delayMs: number;
  readonly updatedAt: number;
}

/** The next delay. Source: kubernetes client-go `util/flowcontrol/backoff.go`, with the kubelet's figures. */
export function nextBackOff(before: BackOff | null, now: number): BackOff {
  if (!before || now - before.updatedAt > BACK_OFF_MEMORY_MS) return {delayMs: FIRST_MS, updatedAt: now};
  return {delayMs: Math.min(before.delayMs * 2, LONGEST_MS), updatedAt: now};
}

/** `10s`, `2m40s`: a duration as Go prints it. */
export function formatSeconds(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
