import http2 from 'node:http2';
import type net from 'node:net';
import type {Duplex} from 'node:stream';
import {Captured} from './captured.ts';
import {failureDetail, failureKind} from './failure-kind.ts';
import type {LoadPlan} from './plan.ts';
import {httpFailure, type OpenWire, type Wire, type WireAnswer, type WireEvents} from './wire.ts';

export interface Http2Options {
  readonly headers: http2.OutgoingHttpHeaders;
  readonly body: Uint8Array | null;
  /** So many bytes of each body are kept. */
  readonly captureBytes: number;
  readonly connectionPerRequest: boolean;
  /** What the fields of an answer, trailers included, say of it. */
  readonly judge: (fields: http2.IncomingHttpHeaders) => Pick<WireAnswer, 'status' | 'failure'>;
}

/** HTTP/2 on a connection of its own (prior knowledge without TLS, RFC 9113 section 3.3), one stream after the other. */
export function http2Wire(options: Http2Options): OpenWire {
  return (socket, events) => new Http2Wire(socket, events, options);
}

/** The status decides. */
export function judgeHttp(fields: http2.IncomingHttpHeaders): Pick<WireAnswer, 'status' | 'failure'> {
  const status = Number(fields[':status'] ?? 0);
  return {status, failure: httpFailure(status)};
}

/** Pseudo-headers and headers of the plan's request; what belongs to HTTP/1.1 alone is left out (RFC 9113 section 8.2.2). */
export function http2Headers({request, target, tls}: LoadPlan): http2.OutgoingHttpHeaders {
  if (request === null) return {};
  const {method, path, host, headers} = request;
  const name = target.host.includes(':') ? `[${target.host}]` : target.host;
  const own = headers.filter(([header]) => !CONNECTION_HEADERS.has(header.toLowerCase()));
  const fields = Object.groupBy(own, ([header]) => header.toLowerCase());
  return {
    ':method': method,
    ':path': path,
    ':scheme': tls === null ? 'http' : 'https',
    ':authority': host ?? `${name}:${target.port}`,
    'user-agent': 'kiada',
    accept: '*/*',
    ...Object.fromEntries(Object.entries(fields).map(([header, pairs = []]) => [header, pairs.map(([, value]) => value)])),
  };
}

const CONNECTION_HEADERS = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'host']);

class Http2Wire implements Wire {
  readonly #events: WireEvents;
  readonly #options: Http2Options;
  readonly #session: http2.ClientHttp2Session;
  readonly #socket: Duplex;
  #stream: http2.ClientHttp2Stream | null = null;
  #gone = false;
  #leaving = false;
  #read = 0;
  #written = 0;

  constructor(socket: Duplex, events: WireEvents, options: Http2Options) {
    this.#events = events;
    this.#options = options;
    this.#socket = socket;
    this.#session = http2.connect('http://kiada.invalid', {createConnection: () => socket});
    this.#session.on('goaway', () => {
      this.#leaving = true;
    });
    this.#session.on('error', (error) => this.#broken(error));
    this.#session.on('close', () => this.#broken(Object.assign(new Error('the connection was closed'), {code: 'ECONNRESET'})));
  }

  send(): void {
    if (this.#session.destroyed || this.#leaving) {
      this.#broken(Object.assign(new Error('the server ended the connection'), {code: 'ECONNRESET'}));
      return;
    }
    const {headers, body} = this.#options;
    const stream = this.#session.request(headers, {endStream: body === null});
    this.#stream = stream;
    stream.on('error', (error) => this.#failed(stream, error));
    stream.on('response', (fields) => this.#answer(stream, fields));
    stream.on('close', () => {
      const code = stream.rstCode ?? 0;
      if (stream === this.#stream)
        this.#failed(stream, Object.assign(new Error(`the stream was reset, code ${code}`), {code: 'ECONNRESET'}));
    });
    if (body !== null) stream.end(body);
  }

  destroy(): void {
    this.#count();
    this.#gone = true;
    this.#stream?.on('error', () => undefined);
    this.#session.on('error', () => undefined);
    this.#session.destroy();
    this.#socket.destroy();
  }

  #answer(stream: http2.ClientHttp2Stream, fields: http2.IncomingHttpHeaders): void {
    const {captureBytes, connectionPerRequest, judge} = this.#options;
    const captured = new Captured(captureBytes);
    let all = fields;
    stream.on('trailers', (trailers) => {
      all = {...fields, ...trailers};
    });
    stream.on('data', (chunk: Buffer) => captured.add(chunk));
    stream.on('end', () => {
      if (stream !== this.#stream || this.#gone || stream.rstCode) return;
      this.#stream = null;
      this.#count();
      const reusable = !connectionPerRequest && !this.#leaving && !this.#session.destroyed;
      this.#events.onAnswer({...judge(all), headers: headersOf(all), body: captured.bytes(), reusable});
    });
  }

  /** One stream failed, and with it its request; the connection is given up too, as one that cannot be trusted. */
  #failed(stream: http2.ClientHttp2Stream, error: Error): void {
    if (stream === this.#stream) this.#broken(error);
  }

  #broken(error: Error): void {
    if (this.#gone) return;
    this.#count();
    this.#gone = true;
    this.#events.onBroken(kindOf(error), failureDetail(error));
  }

  /** Bytes as the connection counts them, frames included; of an encrypted one, those of its records. */
  #count(): void {
    const {bytesRead = 0, bytesWritten = 0} = this.#socket as Partial<Pick<net.Socket, 'bytesRead' | 'bytesWritten'>>;
    this.#events.onBytes(bytesRead - this.#read, bytesWritten - this.#written);
    this.#read = bytesRead;
    this.#written = bytesWritten;
  }
}

/** A stream that the server refuses or resets is a reset, whatever it is wrapped in. */
function kindOf(error: Error): Parameters<WireEvents['onBroken']>[0] {
  const code = 'code' in error ? String(error.code) : '';
  return code === 'ERR_HTTP2_STREAM_ERROR' || code === 'ERR_HTTP2_SESSION_ERROR' ? 'reset' : failureKind(error);
}

function headersOf(fields: http2.IncomingHttpHeaders): ReadonlyMap<string, string> {
  return new Map(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]));
}
