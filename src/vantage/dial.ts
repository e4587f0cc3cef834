import type net from 'node:net';
import {hostPort} from '../ip/index.ts';

/** Opens a TCP connection from a vantage. Rejects with a `DialError`, with the signal's reason, or where the way to the vantage itself is broken with a `KiadaError`. */
export type Dial = (target: DialTarget, options?: DialOptions) => Promise<DialedSocket>;

export interface DialTarget {
  /** An address, or a name that is resolved where the connection starts. */
  readonly host: string;
  readonly port: number;
}

export interface DialOptions {
  readonly signal?: AbortSignal;
  /** Ten seconds by default. A connection that is dropped on its way hangs until then. */
  readonly timeoutMs?: number;
  /** Where a dial that can reads into, so that no stream stands between. */
  readonly inlet?: {readonly buffer: Uint8Array; onRead(count: number): void};
}

export interface DialedSocket {
  /** Connected; errors on it are the caller's from here on. */
  readonly socket: net.Socket;
  /** The endpoint that was reached after destination NAT; null where the vantage cannot tell. */
  readonly endpoint: {readonly address: string; readonly port: number} | null;
  /** The source address that the server sees; null where the vantage cannot tell. */
  readonly sourceSeen: string | null;
  /** What comes goes to the inlet that was offered, and the socket has no data to read. */
  readonly intoInlet?: boolean;
}

/** Why a connection did not come about, by Node's codes: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, ENOTFOUND, EACCES, … */
export class DialError extends Error {
  readonly code: string;
  constructor(code: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : {cause});
    this.name = 'DialError';
    this.code = code;
  }
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Destroys the socket, with the reason as its error, when the time is over or the caller gives up, unless released before.
 * A timer and a listener rather than composed signals: a load generator dials thousands of times a second.
 */
export function guardDial(socket: net.Socket, target: DialTarget, {signal, timeoutMs = DEFAULT_TIMEOUT_MS}: DialOptions): () => void {
  const late = () =>
    socket.destroy(new DialError('ETIMEDOUT', `no answer from ${hostPort(target.host, target.port)} within ${timeoutMs} ms`));
  const givenUp = () => socket.destroy(asError(signal?.reason));
  const timer = setTimeout(late, timeoutMs);
  signal?.addEventListener('abort', givenUp, {once: true});
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', givenUp);
  };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason), {cause: reason});
}

/** Resolves when the socket is connected; rejects with its error. */
export function connected(socket: net.Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
