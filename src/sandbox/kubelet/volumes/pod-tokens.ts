import type {TokenRequest} from './payload.ts';

/** A token is replaced once so much of its time is over, or after a day (pkg/kubelet/token/token_manager.go). */
const RENEW_AT_SHARE = 0.8;
const RENEW_AFTER_MS = 24 * 3600 * 1000;

/** The service account tokens of one pod: the same for each request until it is time for another. */
export class PodTokens {
  readonly #issued = new Map<string, {readonly token: string; readonly renewAtMs: number}>();

  issue(request: TokenRequest, issue: (request: TokenRequest) => string, nowMs: number): string {
    const key = JSON.stringify(request);
    const known = this.#issued.get(key);
    if (known !== undefined && nowMs < known.renewAtMs) return known.token;
    const token = issue(request);
    this.#issued.set(key, {token, renewAtMs: nowMs + Math.min(request.expirationSeconds * 1000 * RENEW_AT_SHARE, RENEW_AFTER_MS)});
    return token;
  }

  /** Whether one of them has become too old. */
  areDue(nowMs: number): boolean {
    return [...this.#issued.values()].some(({renewAtMs}) => nowMs >= renewAtMs);
  }
}
