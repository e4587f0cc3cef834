import type {Duplex} from 'node:stream';
import {failureDetail, failureKind} from './failure-kind.ts';
import type {ByteInlet} from './inlet.ts';
import {KnownHeads} from './response-head.ts';
import {type HttpResponse, ResponseReader} from './response-reader.ts';
import {httpFailure, type OpenWire, type Wire, type WireEvents} from './wire.ts';

export interface Http1Options {
  /** The whole request. */
  readonly bytes: Buffer;
  readonly method: string;
  /** So many bytes of each body are kept. */
  readonly captureBytes: number;
  readonly connectionPerRequest: boolean;
}

/** HTTP/1.1 with one prepared request. */
export function http1(options: Http1Options): OpenWire {
  const heads = new KnownHeads();
  const shared = {...options, heads};
  const open: OpenWire = (socket, events, inlet) => new Http1Wire(socket, events, inlet, shared);
  return Object.assign(open, {takesInlet: true});
}

class Http1Wire implements Wire {
  readonly #socket: Duplex;
  readonly #events: WireEvents;
  readonly #options: Http1Options;
  readonly #reader: ResponseReader;
  #waiting = false;
  #gone = false;
  /** Answers of the bytes that are being read. */
  #response: HttpResponse | null = null;
  #strays = 0;

  constructor(socket: Duplex, events: WireEvents, inlet: ByteInlet | null, options: Http1Options & {readonly heads: KnownHeads}) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.#reader = new ResponseReader({
      method: options.method,
      captureBytes: options.captureBytes,
      heads: options.heads,
      onResponse: (response) => {
        if (this.#waiting && this.#response === null) this.#response = response;
        else this.#strays++;
      },
    });
    const take = (chunk: Buffer): void => this.#read(chunk);
    if (inlet === null) socket.on('data', take);
    else inlet.to(take);
    socket.on('end', () => this.#ended());
    socket.on('error', (error) => this.#broken(failureKind(error), failureDetail(error)));
    socket.on('close', () => this.#broken('reset', 'the connection was closed'));
  }

  send(): void {
    this.#waiting = true;
    this.#events.onBytes(0, this.#options.bytes.length);
    this.#socket.write(this.#options.bytes);
  }

  destroy(): void {
    this.#gone = true;
    this.#socket.destroy();
  }

  #read(chunk: Buffer): void {
    if (this.#gone) return;
    this.#events.onBytes(chunk.length, 0);
    try {
      this.#reader.feed(chunk);
    } catch (error) {
      this.#broken('other', failureDetail(error));
      return;
    }
    this.#tell();
  }

  #ended(): void {
    if (this.#gone) return;
    const clean = this.#reader.end();
    this.#tell();
    this.#broken('reset', clean ? 'the connection ended before an answer' : 'the connection ended in the middle of an answer');
  }

  /**
   * Only when all that came is read, because the next request may go out at once: bytes that came before it belong to no answer of it,
   * and a connection that carries such is not used again.
   */
  #tell(): void {
    const response = this.#response;
    const isUnasked = this.#strays > 0 || (response !== null && !this.#reader.isIdle);
    if (response === null) {
      if (isUnasked) this.#broken('other', 'an answer that nobody asked for');
      return;
    }
    this.#response = null;
    this.#waiting = false;
    const {keepAlive, framing, status, headers} = response.head;
    const reusable = keepAlive && framing.kind !== 'until-close' && !this.#options.connectionPerRequest && !isUnasked;
    this.#events.onAnswer({status, failure: httpFailure(status), headers, body: response.body, reusable});
  }

  #broken(kind: Parameters<WireEvents['onBroken']>[0], detail: string): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#events.onBroken(kind, detail);
  }
}
