import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import {failureDetail, failureKind} from './failure-kind.ts';
import {HandshakeError} from './handshake-error.ts';
import type {Identifier} from './identify.ts';
import {ByteInlet} from './inlet.ts';
import type {Dial, DialedLoad, ErrorKind, LoadTarget} from './plan.ts';
import type {Outcome} from './recorder.ts';
import type {OpenWire, Wire, WireAnswer, WireEvents} from './wire.ts';

/** The header by which the suite's servers tell the address that they see as the client's. */
const CLIENT_HEADER = 'x-kiada-client';

/** What all lanes of a run share. */
export interface LaneContext {
  readonly target: LoadTarget;
  readonly dial: Dial;
  /** null: connect and close. */
  readonly wire: OpenWire | null;
  readonly timeoutMs: number;
  readonly identify: Identifier;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onConnected: (dialed: DialedLoad) => void;
  /** The server has told the address that it sees as the client's. */
  readonly onSource: (address: string) => void;
  /** The connection's endpoint has become known, by a request that started at `start`. */
  readonly onDraw: (endpoint: string, start: number) => void;
  /** A connection is over that was drawn for an endpoint and carried so many requests. */
  readonly onCarried: (endpoint: string, requests: number) => void;
  readonly onBytes: (received: number, sent: number) => void;
  /** Something that is no outcome of a request: the way to the vantage itself is broken. Ends the run. */
  readonly onFatal: (error: KiadaError) => void;
  /** The lane is free again. `start` as given to `begin`. */
  readonly onFinished: (lane: Lane, start: number, outcome: Outcome) => void;
}

/** A connection and what is known of the endpoint at its other end. */
interface Connection {
  wire: Wire | null;
  readonly via: DialedLoad;
  /** As the vantage knows it, once it was asked. */
  dialed: string | null;
  /** As its answers named it. */
  named: string | null;
  /** Its answers named several: a balancer behind it decides for each request. */
  mixed: boolean;
  /** What it was reported as drawn for. */
  drawn: string | null;
  carried: number;
}

/** One connection at a time and one request at a time on it. */
export class Lane {
  readonly #context: LaneContext;
  #connection: Connection | null = null;
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
    if (this.#connection?.wire) this.#connection.wire.send();
    else void this.#open(this.#turn);
  }

  /** Ends a request whose time is over. */
  checkDeadline(now: number): void {
    if (this.#busy && now >= this.#deadline) this.#fail('timeout', `no answer within ${this.#context.timeoutMs} ms`);
  }

  /** A request that is under way is nobody's any more, but where its connection went is known. */
  close(): void {
    const connection = this.#connection;
    const name = this.#busy && connection !== null ? dialedTo(connection) : null;
    if (connection !== null && name !== null) this.#draw(connection, name);
    this.#busy = false;
    this.#turn++;
    this.#drop();
  }

  async #open(turn: number): Promise<void> {
    const {dial, target, signal, timeoutMs, wire} = this.#context;
    const inlet = wire?.takesInlet === true ? new ByteInlet() : null;
    let dialed: DialedLoad;
    try {
      dialed = await dial(target, {signal, timeoutMs, ...(inlet === null ? {} : {inlet})});
    } catch (error) {
      if (error instanceof KiadaError) this.#context.onFatal(error);
      else if (turn === this.#turn && this.#busy) {
        if (error instanceof HandshakeError) this.#hold(error.dialed);
        this.#fail(failureKind(error), failureDetail(error));
      }
      return;
    }
    if (turn !== this.#turn) {
      dialed.socket.on('error', ignore).destroy();
      return;
    }
    this.#connected(dialed, dialed.intoInlet === true ? inlet : null);
  }

  #connected(dialed: DialedLoad, inlet: ByteInlet | null): void {
    const {onBytes, wire} = this.#context;
    const {socket} = dialed;
    const connection = this.#hold(dialed);
    if (wire === null) {
      socket.on('error', ignore);
      const name = dialedTo(connection);
      if (name !== null) this.#draw(connection, name);
      connection.carried++;
      this.#drop();
      this.#finish({kind: 'connected', status: null, endpoint: name, detail: null});
      return;
    }
    const events: WireEvents = {
      onBytes,
      onAnswer: (answer) => this.#answered(connection, answer),
      onBroken: (kind, detail) => this.#broken(connection, kind, detail),
    };
    connection.wire = wire(socket, events, inlet);
    connection.wire.send();
  }

  #hold(dialed: DialedLoad): Connection {
    this.#context.onConnected(dialed);
    const connection = {wire: null, via: dialed, dialed: null, named: null, mixed: false, drawn: null, carried: 0};
    this.#connection = connection;
    return connection;
  }

  #answered(connection: Connection, answer: WireAnswer): void {
    if (connection !== this.#connection || !this.#busy) return;
    const named = this.#context.identify(answer);
    const source = answer.headers.get(CLIENT_HEADER);
    if (source !== undefined) this.#context.onSource(source);
    if (named !== null) {
      connection.mixed ||= connection.named !== null && connection.named !== named;
      connection.named = named;
    }
    const endpoint = named ?? dialedTo(connection);
    if (endpoint !== null) this.#draw(connection, endpoint);
    connection.carried++;
    if (!answer.reusable) this.#drop();
    this.#finish({kind: 'answered', status: answer.status, endpoint, detail: answer.failure});
  }

  /** The connection is of no more use: a failure if a request waits for it, nothing if it was idle. */
  #broken(connection: Connection, kind: Exclude<ErrorKind, 'status'>, detail: string): void {
    if (connection !== this.#connection) return;
    if (this.#busy) this.#fail(kind, detail);
    else this.#drop();
  }

  #fail(kind: Exclude<ErrorKind, 'status'>, detail: string): void {
    const connection = this.#connection;
    const endpoint = connection === null ? null : endpointOf(connection);
    if (connection !== null) {
      if (endpoint !== null) this.#draw(connection, endpoint);
      connection.carried++;
    }
    this.#drop();
    this.#finish({kind, status: null, endpoint, detail});
  }

  /** Once for each connection: it is one balancing decision however many requests follow. */
  #draw(connection: Connection, endpoint: string): void {
    if (connection.drawn !== null) return;
    connection.drawn = endpoint;
    this.#context.onDraw(endpoint, this.#start);
  }

  #finish(outcome: Omit<Outcome, 'latencyMs'>): void {
    this.#busy = false;
    this.#turn++;
    const latencyMs = this.#context.now() - this.#start;
    this.#context.onFinished(this, this.#start, {...outcome, latencyMs});
  }

  #drop(): void {
    const connection = this.#connection;
    if (connection === null) return;
    this.#connection = null;
    if (connection.drawn !== null && connection.carried > 0) this.#context.onCarried(connection.drawn, connection.carried);
    if (connection.wire !== null) connection.wire.destroy();
    else connection.via.socket.destroy();
  }
}

/** Where a request ended that got no answer: where the connection's other answers came from, else where it was dialed to. */
function endpointOf(connection: Connection): string | null {
  const {named, mixed} = connection;
  return mixed ? dialedTo(connection) : (named ?? dialedTo(connection));
}

/** Asked late: a vantage knows where datagrams go only when some have gone. */
function dialedTo(connection: Connection): string | null {
  const {endpoint} = connection.via;
  if (endpoint !== null) connection.dialed ??= hostPort(endpoint.address, endpoint.port);
  return connection.dialed;
}

function ignore(): void {
  // a connection that came too late for anybody to care
}
