import {KnownHeads, ResponseError, type ResponseHead} from './response-head.ts';

/** One whole response. */
export interface HttpResponse {
  readonly head: ResponseHead;
  /** Of the body, as decoded. */
  readonly bodyBytes: number;
  /** The body's first bytes, if they were asked for. */
  readonly body: Buffer | null;
}

export interface ReaderOptions {
  /** An answer to HEAD has no body whatever its head says. */
  readonly method: string;
  /** So many bytes of each body are kept. */
  readonly captureBytes: number;
  readonly onResponse: (response: HttpResponse) => void;
  /** Shared by the readers of one server; each has its own otherwise. */
  readonly heads?: KnownHeads;
}

const HEAD_LIMIT = 64 * 1024;
const CHUNK_LINE_LIMIT = 4 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = Buffer.from('\r\n');

type State = 'head' | 'length' | 'until-close' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers';

/**
 * Reads HTTP/1.1 responses from a stream of chunks, in any cut: interim responses (1xx) are passed over, bodies are counted, trailers
 * checked. Throws ResponseError for anything that breaks RFC 9112.
 */
export class ResponseReader {
  readonly #options: ReaderOptions;
  readonly #heads: KnownHeads;
  #state: State = 'head';
  /** Bytes of an incomplete head or line. */
  #rest: Buffer | null = null;
  #head: ResponseHead | null = null;
  #last: KnownHeads['last'];
  /** Of the body or chunk. */
  #left = 0;
  #bodyBytes = 0;
  #captured: Buffer[] = [];
  #capturedBytes = 0;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#heads = options.heads ?? new KnownHeads();
    this.#last = this.#heads.last;
  }

  /** Nothing of a response has come yet. */
  get isIdle(): boolean {
    return this.#state === 'head' && this.#rest === null;
  }

  feed(chunk: Buffer): void {
    const bytes = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    let at = 0;
    while (at < bytes.length) {
      const next = this.#step(bytes, at);
      if (next < 0) {
        this.#rest = Buffer.from(bytes.subarray(at)); // the chunk's memory is its reader's, who may read into it again
        return;
      }
      at = next;
    }
  }

  /** The stream has ended. False where that cut a response off. */
  end(): boolean {
    if (this.#state === 'until-close') this.#finish();
    return this.isIdle;
  }

  /** Consumes from `at`; returns where it stopped, or -1 for "more has to come". */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'length':
      case 'chunk-data':
        return this.#readCounted(bytes, at);
      case 'until-close':
        this.#take(bytes, at, bytes.length);
        return bytes.length;
      case 'chunk-size':
        return this.#readChunkSize(bytes, at);
      case 'chunk-end':
        return this.#readChunkEnd(bytes, at);
      case 'trailers':
        return this.#readTrailer(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const last = this.#last;
    if (last !== null && startsWith(bytes, at, last.bytes)) {
      this.#begin(last.head);
      return at + last.bytes.length;
    }
    const end = bytes.indexOf(HEAD_END, at);
    if (end < 0) {
      if (bytes.length - at > HEAD_LIMIT) throw new ResponseError('the head is longer than 64 KiB');
      if (bytes[at] !== 0x48) throw new ResponseError(`no HTTP: ${JSON.stringify(bytes.toString('latin1', at, at + 40))}`);
      return -1;
    }
    const head = this.#heads.parse(bytes.toString('latin1', at, end));
    this.#last = this.#heads.last = {bytes: Buffer.from(bytes.subarray(at, end + 4)), head};
    this.#begin(head);
    return end + 4;
  }

  #begin(head: ResponseHead): void {
    if (head.status === 101) throw new ResponseError('the server switched protocols');
    if (head.status < 200) return; // interim: the real one follows
    this.#head = head;
    const {framing} = head;
    if (this.#options.method === 'HEAD' || framing.kind === 'none') {
      this.#finish();
    } else if (framing.kind === 'length') {
      this.#left = framing.bytes;
      if (framing.bytes === 0) this.#finish();
      else this.#state = 'length';
    } else {
      this.#state = framing.kind === 'chunked' ? 'chunk-size' : 'until-close';
    }
  }

  #readCounted(bytes: Buffer, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    this.#take(bytes, at, end);
    if (this.#left === 0) {
      if (this.#state === 'length') this.#finish();
      else this.#state = 'chunk-end';
    }
    return end;
  }

  #readChunkSize(bytes: Buffer, at: number): number {
    const line = this.#line(bytes, at);
    if (line === null) return -1;
    const size = /^([0-9a-fA-F]{1,12})(?:[ \t]*;.*)?$/.exec(line);
    if (!size) throw new ResponseError(`no chunk size: ${JSON.stringify(line.slice(0, 40))}`);
    this.#left = Number.parseInt(size[1] as string, 16);
    this.#state = this.#left === 0 ? 'trailers' : 'chunk-data';
    return at + line.length + 2;
  }

  #readChunkEnd(bytes: Buffer, at: number): number {
    if (bytes.length - at < 2) return -1;
    if (bytes[at] !== 13 || bytes[at + 1] !== 10) throw new ResponseError('a chunk does not end where its size says');
    this.#state = 'chunk-size';
    return at + 2;
  }

  #readTrailer(bytes: Buffer, at: number): number {
    const line = this.#line(bytes, at);
    if (line === null) return -1;
    if (line === '') this.#finish();
    else if (!line.includes(':')) throw new ResponseError(`no trailer field: ${JSON.stringify(line.slice(0, 40))}`);
    return at + line.length + 2;
  }

  #line(bytes: Buffer, at: number): string | null {
    const end = bytes.indexOf(LINE_END, at);
    if (end >= 0) return bytes.toString('latin1', at, end);
    if (bytes.length - at > CHUNK_LINE_LIMIT) throw new ResponseError('a line of the chunked body is longer than 4 KiB');
    return null;
  }

  #take(bytes: Buffer, from: number, to: number): void {
    this.#bodyBytes += to - from;
    const wanted = this.#options.captureBytes - this.#capturedBytes;
    if (wanted <= 0) return;
    const part = Buffer.from(bytes.subarray(from, Math.min(to, from + wanted)));
    this.#captured.push(part);
    this.#capturedBytes += part.length;
  }

  #finish(): void {
    const head = this.#head as ResponseHead;
    const body = this.#options.captureBytes > 0 ? Buffer.concat(this.#captured) : null;
    const response = {head, bodyBytes: this.#bodyBytes, body};
    this.#state = 'head';
    this.#head = null;
    this.#bodyBytes = 0;
    this.#captured = [];
    this.#capturedBytes = 0;
    this.#options.onResponse(response);
  }
}

function startsWith(bytes: Buffer, at: number, what: Buffer): boolean {
  const end = at + what.length;
  return end <= bytes.length && bytes.compare(what, 0, what.length, at, end) === 0;
}
