import type {EndpointAddress} from './affinity-table.ts';
import {followPacket, type Origin} from './data-plane.ts';
import type {OnConnection} from './listeners.ts';
import {NetworkError} from './network-error.ts';
import type {NetworkHost} from './network-host.ts';
import type {DataPlane, Target} from './plane.ts';

/** A connection that somebody takes. */
export interface Admission {
  readonly host: NetworkHost;
  readonly endpoint: EndpointAddress;
  /** The client's address as the server sees it, and as the client has it. */
  readonly source: string;
  readonly client: string;
  /** Source NAT gave it another port too. */
  readonly rewritten: boolean;
  readonly onConnection: OnConnection;
}

export interface Patience {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What a Linux kernel waits in all for an answer to its SYN (`tcp_syn_retries` 6). */
const CONNECT_TIMEOUT_MS = 127_000;
/** Until neighbour discovery gives up: three requests, a second apart. */
const NO_NEIGHBOUR_MS = 3_000;

/**
 * Waits for a connection to be taken. Refusal and a missing route are told at once, an address that nobody has after neighbour discovery
 * failed; a packet that was dropped is sent again after 1, 3, 7, 15, … seconds as TCP does, and judged anew each time.
 */
export function admit(plane: DataPlane, origin: Origin, target: Target, patience: Patience = {}): Promise<Admission> {
  if (patience.signal?.aborted) return Promise.reject(patience.signal.reason);
  const first = attempt(plane, origin, target);
  if (first.kind === 'taken') return Promise.resolve(first.admission);
  if (first.kind === 'failed' && first.afterMs === 0) return Promise.reject(first.error);
  return waitFor(plane, origin, target, first, patience);
}

type Attempt =
  | {readonly kind: 'taken'; readonly admission: Admission}
  | {readonly kind: 'failed'; readonly error: NetworkError; readonly afterMs: number}
  | {readonly kind: 'lost'; readonly reason: string};

function attempt(plane: DataPlane, origin: Origin, target: Target): Attempt {
  const outcome = followPacket(plane, origin, target);
  const failed = (code: 'ECONNREFUSED' | 'EHOSTUNREACH' | 'ENETUNREACH', reason: string, afterMs = 0): Attempt => ({
    kind: 'failed',
    error: new NetworkError(code, 'connect', target, reason),
    afterMs,
  });
  switch (outcome.kind) {
    case 'refuse':
      return failed('ECONNREFUSED', outcome.reason);
    case 'no-route':
      return failed('ENETUNREACH', outcome.reason);
    case 'no-host':
      return failed('EHOSTUNREACH', outcome.reason, NO_NEIGHBOUR_MS);
    case 'drop':
      return {kind: 'lost', reason: outcome.reason};
    case 'deliver': {
      const {host, endpoint} = outcome;
      const onConnection = host.listeners.find(endpoint.address, endpoint.port);
      if (!onConnection) return failed('ECONNREFUSED', `nobody listens at ${endpoint.address}:${endpoint.port}`);
      return {kind: 'taken', admission: {...outcome, onConnection}};
    }
  }
}

function waitFor(plane: DataPlane, origin: Origin, target: Target, first: Attempt, patience: Patience): Promise<Admission> {
  const {signal, timeoutMs = CONNECT_TIMEOUT_MS} = patience;
  return new Promise((resolve, reject) => {
    let latest = first;
    let retryMs = 1_000;
    let stopRetry: () => void = () => undefined;
    const finish = (settle: () => void): void => {
      stopRetry();
      stopDeadline();
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void => finish(() => reject(signal?.reason));
    const stopDeadline = plane.clock.after(timeoutMs, () =>
      finish(() => reject(new NetworkError('ETIMEDOUT', 'connect', target, latest.kind === 'lost' ? latest.reason : null))),
    );
    const look = (): void => {
      if (latest.kind === 'taken') {
        const {admission} = latest;
        finish(() => resolve(admission));
      } else if (latest.kind === 'failed') {
        const {error, afterMs} = latest;
        stopRetry = plane.clock.after(afterMs, () => finish(() => reject(error)));
      } else {
        stopRetry = plane.clock.after(retryMs, () => {
          latest = attempt(plane, origin, target);
          look();
        });
        retryMs *= 2;
      }
    };
    signal?.addEventListener('abort', onAbort, {once: true});
    look();
  });
}
