import type {Duplex} from 'node:stream';
import {Captured} from './captured.ts';
import type {PayloadOptions} from './echo-wire.ts';
import {failureDetail, failureKind} from './failure-kind.ts';
import type {OpenWire, Wire, WireEvents} from './wire.ts';

/**
 * UDP: one datagram out, one in, over a socket of its own, which makes a flow that connection tracking keeps with one endpoint. Nothing is
 * sent again: what is lost is a time-out. An answer that comes while nothing is asked shows that answers come more than once, and its socket
 * is given up.
 */
export function datagramWire(options: PayloadOptions): OpenWire {
  return (socket, events) => new DatagramWire(socket, events, options);
}

class DatagramWire implements Wire {
  readonly #socket: Duplex;
  readonly #events: WireEvents;
  readonly #options: PayloadOptions;
  #waiting = false;
  #gone = false;

  constructor(socket: Duplex, events: WireEvents, options: PayloadOptions) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    socket.on('data', (datagram: Buffer) => this.#read(datagram));
    socket.on('error', (error) => this.#broken(failureKind(error), failureDetail(error)));
    socket.on('close', () => this.#broken('reset', 'the socket was closed'));
  }

  send(): void {
    this.#waiting = true;
    this.#events.onBytes(0, this.#options.payload.length);
    this.#socket.write(this.#options.payload);
  }

  destroy(): void {
    this.#gone = true;
    this.#socket.destroy();
  }

  #read(datagram: Buffer): void {
    if (this.#gone) return;
    this.#events.onBytes(datagram.length, 0);
    if (!this.#waiting) {
      this.#broken('other', 'a datagram that nobody asked for');
      return;
    }
    this.#waiting = false;
    const {captureBytes, connectionPerRequest} = this.#options;
    const captured = new Captured(captureBytes);
    captured.add(datagram);
    this.#events.onAnswer({status: null, failure: null, headers: NONE, body: captured.bytes(), reusable: !connectionPerRequest});
  }

  #broken(kind: Parameters<WireEvents['onBroken']>[0], detail: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.onBroken(kind, detail);
  }
}

const NONE: ReadonlyMap<string, string> = new Map();
