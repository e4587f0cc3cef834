import type {Duplex} from 'node:stream';
import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import {failureDetail, failureKind} from './failure-kind.ts';
import type {Identifier} from './identify.ts';
import type {Dial, DialedLoad, LoadTarget} from './plan.ts';
import type {Outcome} from './recorder.ts';
import {type HttpResponse, ResponseReader} from './response-reader.ts';

/** What all lanes of a run share. */
export interface LaneContext {
  readonly target: LoadTarget;
  readonly dial: Dial;
  /** null: connect and close. */
  readonly bytes: Buffer | null;
  readonly method: string;
  readonly connectionPerRequest: boolean;
  readonly timeoutMs: number;
  readonly identify: Identifier;
  readonly captureBytes: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onConnected: (dialed: DialedLoad) => void;
  /** The connection's endpoint has become known. */
  readonly onDraw: (endpoint: string) => void;
  readonly onBytes: (received: number, sent: number) => void;
  /** Something that is no outcome of a request: the way to the vantage itself is broken. Ends the run. */
  readonly onFatal: (error: KiadaError) => void;
  /** The lane is free again. `start` as given to `begin`. */
  readonly onFinished: (lane: Lane, start: number, outcome: Outcome) => void;
}

/** One connection at a time and one request at a time on it. */
export class Lane {
  readonly #context: LaneContext;
  #socket: Duplex | null = null;
  #dialedName: string | null = null;
  /** The connection's endpoint was reported. */
  #drawn = false;
  #busy = false;
  #start = 0;
  #deadline = Number.POSITIVE_INFINITY;
  /** Tells a late dial that its request is over. */
  #turn = 0;

  constructor(context: LaneContext) {
    this.#context = context;
  }

  /** Starts one request; `start` is where its latency counts from. */
  begin(start: number): void {
    this.#busy = true;
    this.#start = start;
    this.#turn++;
    this.#deadline = this.#context.now() + this.#context.timeoutMs;
    if (this.#socket === null) void this.#open(this.#turn);
    else this.#send(this.#socket);
  }

  /** Ends a request whose time is over. */
  checkDeadline(now: number): void {
    if (this.#busy && now >= this.#deadline) this.#fail('timeout', `no answer within ${this.#context.timeoutMs} ms`);
  }

  close(): void {
    this.#busy = false;
    this.#turn++;
    this.#drop();
  }

  async #open(turn: number): Promise<void> {
    const {dial, target, signal, timeoutMs} = this.#context;
    let dialed: DialedLoad;
    try {
      dialed = await dial(target, {signal, timeoutMs});
    } catch (error) {
      if (error instanceof KiadaError) this.#context.onFatal(error);
      else if (turn === this.#turn && this.#busy) this.#fail(failureKind(error), failureDetail(error));
      return;
    }
    if (turn !== this.#turn) {
      dialed.socket.on('error', ignore).destroy();
      return;
    }
    this.#connected(dialed);
  }

  #connected(dialed: DialedLoad): void {
    const {onConnected, onDraw, bytes} = this.#context;
    const {socket, endpoint} = dialed;
    onConnected(dialed);
    this.#socket = socket;
    this.#dialedName = endpoint === null ? null : hostPort(endpoint.address, endpoint.port);
    this.#drawn = false;
    this.#listen(socket);
    if (bytes !== null) {
      this.#send(socket);
      return;
    }
    if (this.#dialedName !== null) onDraw(this.#dialedName);
    this.#drop();
    this.#finish({kind: 'connected', status: 0, endpoint: this.#dialedName, detail: null});
  }

  #listen(socket: Duplex): void {
    const {method, captureBytes} = this.#context;
    const reader = new ResponseReader({method, captureBytes, onResponse: (response) => this.#answered(socket, response)});
    socket.on('data', (chunk: Buffer) => {
      if (socket !== this.#socket) return;
      this.#context.onBytes(chunk.length, 0);
      try {
        reader.feed(chunk);
      } catch (error) {
        this.#broken(socket, 'other', failureDetail(error));
      }
    });
    socket.on('end', () => {
      if (socket === this.#socket && !reader.end()) this.#broken(socket, 'reset', 'the connection ended in the middle of an answer');
      else this.#broken(socket, 'reset', 'the connection ended before an answer');
    });
    socket.on('error', (error) => this.#broken(socket, failureKind(error), failureDetail(error)));
    socket.on('close', () => this.#broken(socket, 'reset', 'the connection was closed'));
  }

  #send(socket: Duplex): void {
    const bytes = this.#context.bytes as Buffer;
    this.#context.onBytes(0, bytes.length);
    socket.write(bytes);
  }

  #answered(socket: Duplex, response: HttpResponse): void {
    if (!this.#busy) {
      this.#drop(); // an answer that nobody asked for
      return;
    }
    const endpoint = this.#context.identify(response) ?? this.#dialedName;
    if (endpoint !== null && !this.#drawn) {
      this.#drawn = true;
      this.#context.onDraw(endpoint);
    }
    const {framing, keepAlive, status} = response.head;
    if (!keepAlive || framing.kind === 'until-close' || this.#context.connectionPerRequest) this.#drop(socket);
    this.#finish({kind: 'answered', status, endpoint, detail: null});
  }

  /** The connection is of no more use: a failure if a request waits for it, nothing if it was idle. */
  #broken(socket: Duplex, kind: Exclude<Outcome['kind'], 'answered' | 'connected'>, detail: string): void {
    if (socket !== this.#socket) return;
    if (this.#busy) this.#fail(kind, detail);
    else this.#drop();
  }

  #fail(kind: Exclude<Outcome['kind'], 'answered' | 'connected'>, detail: string): void {
    const endpoint = this.#dialedName;
    if (endpoint !== null && !this.#drawn && this.#socket !== null) {
      this.#drawn = true;
      this.#context.onDraw(endpoint);
    }
    this.#drop();
    this.#finish({kind, status: 0, endpoint, detail});
  }

  #finish(outcome: Omit<Outcome, 'latencyMs'>): void {
    this.#busy = false;
    this.#turn++;
    const latencyMs = this.#context.now() - this.#start;
    this.#context.onFinished(this, this.#start, {...outcome, latencyMs});
  }

  #drop(socket: Duplex | null = this.#socket): void {
    if (socket === this.#socket) {
      this.#socket = null;
      this.#dialedName = null;
    }
    socket?.destroy();
  }
}

function ignore(): void {
  // a connection that came too late for anybody to care
}
