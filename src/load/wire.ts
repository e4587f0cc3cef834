import type {Duplex} from 'node:stream';
import type {ByteInlet} from './inlet.ts';
import type {ErrorKind} from './plan.ts';

/** One whole answer, whatever the protocol that brought it. */
export interface WireAnswer {
  /** HTTP's; of a gRPC call its own; null where the protocol has none. */
  readonly status: number | null;
  /** Why the answer counts as a failed request, as a sample of failures shows it; null: it is what was asked for. */
  readonly failure: string | null;
  /** Lower-case names; repeated fields joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** The body's first bytes, if they were asked for. */
  readonly body: Buffer | null;
  /** The connection can carry another request. */
  readonly reusable: boolean;
}

/** What a wire tells its lane; nothing more after it was destroyed. */
export interface WireEvents {
  readonly onBytes: (received: number, sent: number) => void;
  readonly onAnswer: (answer: WireAnswer) => void;
  /** The connection is of no more use. */
  readonly onBroken: (kind: Exclude<ErrorKind, 'status'>, detail: string) => void;
}

/** A protocol on one open connection: one request at a time. */
export interface Wire {
  send(): void;
  destroy(): void;
}

/** Speaks a protocol on a connection that was just opened. */
export interface OpenWire {
  /** With an inlet, what comes is taken from there and not from the socket. */
  (socket: Duplex, events: WireEvents, inlet: ByteInlet | null): Wire;
  /** Whether it can do with an inlet. */
  readonly takesInlet?: boolean;
}

/** Statuses of 400 and more are failures. */
export function httpFailure(status: number): string | null {
  return status >= 400 ? `HTTP ${status}` : null;
}
