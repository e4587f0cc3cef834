import type {Duplex} from 'node:stream';
import {Captured} from './captured.ts';
import {failureDetail, failureKind} from './failure-kind.ts';
import type {OpenWire, Wire, WireEvents} from './wire.ts';

export interface PayloadOptions {
  readonly payload: Uint8Array;
  /** So many bytes of each answer are kept. */
  readonly captureBytes: number;
  readonly connectionPerRequest: boolean;
}

/** Plain TCP: the answer is as long as what was sent, or ends with the connection. */
export function echoWire(options: PayloadOptions): OpenWire {
  return (socket, events) => new EchoWire(socket, events, options);
}

class EchoWire implements Wire {
  readonly #socket: Duplex;
  readonly #events: WireEvents;
  readonly #options: PayloadOptions;
  #answer: Captured | null = null;
  #gone = false;

  constructor(socket: Duplex, events: WireEvents, options: PayloadOptions) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.#broken(failureKind(error), failureDetail(error)));
    socket.on('close', () => this.#broken('reset', 'the connection was closed'));
  }

  send(): void {
    const {payload, captureBytes} = this.#options;
    this.#answer = new Captured(captureBytes);
    this.#events.onBytes(0, payload.length);
    this.#socket.write(payload);
  }

  destroy(): void {
    this.#gone = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#gone) return;
    this.#events.onBytes(chunk.length, 0);
    const {payload, connectionPerRequest} = this.#options;
    if (this.#answer === null) {
      this.#broken('other', 'bytes that nobody asked for');
      return;
    }
    this.#answer.add(chunk);
    // where an answer is longer, nobody can say where it ends: its connection carries no other
    if (this.#answer.length >= payload.length) this.#answered(!connectionPerRequest && this.#answer.length === payload.length);
  }

  #answered(reusable: boolean): void {
    const body = this.#answer?.bytes() ?? null;
    this.#answer = null;
    this.#events.onAnswer({status: null, failure: null, headers: NONE, body, reusable});
  }

  #ended(): void {
    if (this.#gone) return;
    if (this.#answer !== null && this.#answer.length > 0) this.#answered(false);
    else this.#broken('reset', 'the connection ended before an answer');
  }

  #broken(kind: Parameters<WireEvents['onBroken']>[0], detail: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.onBroken(kind, detail);
  }
}

const NONE: ReadonlyMap<string, string> = new Map();
