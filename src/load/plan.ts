import type {Duplex} from 'node:stream';

export interface LoadTarget {
  readonly host: string;
  readonly port: number;
}

/** Where a dial may put what comes, in place of its socket's stream. */
export interface Inlet {
  readonly buffer: Uint8Array;
  /** So many bytes stand at the buffer's start; they are used before it returns. */
  onRead(count: number): void;
}

/** An open connection to the target. */
export interface DialedLoad {
  /** Raw bytes both ways: a `net.Socket`, a `tls.TLSSocket`, or a stream that behaves like one. */
  readonly socket: Duplex;
  /** The endpoint behind the target, where the vantage knows it; of a flow of datagrams not before its first answer. */
  readonly endpoint: {readonly address: string; readonly port: number} | null;
  /** The client's address as the server sees it, where the vantage knows it. */
  readonly sourceSeen: string | null;
  /** What comes goes to the inlet that was offered, and the socket has no data to read. */
  readonly intoInlet?: boolean;
}

/**
 * Opens a connection from the chosen vantage. Rejects with an error whose `code` is one of Node's: ECONNREFUSED, ETIMEDOUT, …
 * It need not keep to `timeoutMs` to the millisecond; the engine has its own deadline.
 */
export type Dial = (
  target: LoadTarget,
  options: {readonly signal: AbortSignal; readonly timeoutMs: number; readonly inlet?: Inlet},
) => Promise<DialedLoad>;

/** How an answer names its endpoint. `auto`: one of the known headers, else the endpoint that was dialed. */
export type Identify =
  | {readonly by: 'auto'}
  | {readonly by: 'header'; readonly name: string}
  | {readonly by: 'body'; readonly pattern: RegExp};

export interface HttpRequestPlan {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  /** Value of the Host header; null: the target's own. */
  readonly host: string | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
}

/** Requests start at times that the answers have no influence on. */
export interface OpenPace {
  readonly mode: 'open';
  /** Requests a second. */
  readonly rate: number;
  readonly arrivals: 'constant' | 'poisson';
  /** The rate grows evenly from nothing over this time. */
  readonly rampMs: number;
  /** Rates one after the other, in place of `rate` and `rampMs`; the last one stays. Empty: no steps. */
  readonly steps: readonly {readonly rate: number; readonly durationMs: number}[];
}

/** When requests start. `closed`: as soon as a connection is free. */
export type Pace = {readonly mode: 'closed'} | OpenPace;

export interface TlsPlan {
  /** Name that is asked for and that the certificate must bear; null: the target's host. */
  readonly serverName: string | null;
  /** Takes any certificate. */
  readonly insecure: boolean;
  /** What is to be agreed upon by ALPN; null: nothing. */
  readonly protocol: 'http/1.1' | 'h2' | null;
}

/** `grpc`: unary calls over HTTP/2. `tcp` and `udp`: the payload is sent as it is. */
export type LoadProtocol = 'http/1.1' | 'h2' | 'grpc' | 'tcp' | 'udp';

/** What to send, how, and until when. */
export interface LoadPlan {
  readonly target: LoadTarget;
  /** null: no HTTP. Of a gRPC call the body is its message. */
  readonly request: HttpRequestPlan | null;
  readonly protocol: LoadProtocol;
  /** Sent over plain TCP or UDP; null over TCP: connect and close. */
  readonly payload: Uint8Array | null;
  /** null: in clear text. */
  readonly tls: {readonly serverName: string | null; readonly insecure: boolean} | null;
  readonly pace: Pace;
  /** Connections at a time at the most. */
  readonly connections: number;
  /** A new connection, and with it a new balancing decision, for each request. */
  readonly connectionPerRequest: boolean;
  /** At least one of the two is given; whichever is reached first ends the run. */
  readonly durationMs: number | null;
  readonly requests: number | null;
  /** Load before the measured part, which is counted nowhere. */
  readonly warmupMs: number;
  /** For one request, its connection included. */
  readonly timeoutMs: number;
  readonly identify: Identify;
  /** Failed requests that are kept one by one. */
  readonly failureSamples: number;
}

export type ErrorKind = 'refused' | 'timeout' | 'reset' | 'status' | 'other';
