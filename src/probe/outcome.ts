import type {Duplex} from 'node:stream';

/**
 * What one execution of a probe gave. `warning` counts as success (a redirect that leaves the host);
 * `unknown` means that the probe could not be carried out, which is no verdict on the container.
 */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'unknown';
  /** In the kubelet's wording: the text after `Readiness probe failed: `. */
  readonly message: string;
  readonly durationMs: number;
}

export type Verdict = Omit<ProbeOutcome, 'durationMs'>;

/** Opens a stream to an address, over whatever network there is. Rejects with an error that has Node's `code` (ECONNREFUSED, ETIMEDOUT, …). */
export type Dial = (
  target: {readonly host: string; readonly port: number},
  options: {readonly signal?: AbortSignal; readonly timeoutMs?: number},
) => Promise<Duplex>;

/** Runs a command in the container; `failed` where it could not be started. */
export type ExecInContainer = (
  command: readonly string[],
  options: {readonly signal: AbortSignal},
) => Promise<
  {readonly kind: 'exited'; readonly exitCode: number; readonly output: string} | {readonly kind: 'failed'; readonly message: string}
>;

/** Output of a probe is cut here, as the kubelet cuts it. */
export const OUTPUT_LIMIT = 10 * 1024;
