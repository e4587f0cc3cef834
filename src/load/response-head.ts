/** What the reader needs of a response's head. */
export interface ResponseHead {
  readonly status: number;
  /** Lower-case names; repeated fields joined by a comma. */
  readonly headers: ReadonlyMap<string, string>;
  /** By the head alone, whatever the method. */
  readonly framing:
    | {readonly kind: 'none'}
    | {readonly kind: 'length'; readonly bytes: number}
    | {readonly kind: 'chunked'}
    | {readonly kind: 'until-close'};
  /** The server keeps the connection open. */
  readonly keepAlive: boolean;
}

/** A response that breaks the rules of HTTP/1.1 (RFC 9112). */
export class ResponseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ResponseError';
  }
}

const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})(?: |$)/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/** Parses a head without its final empty line. Strict: what a proxy and a server might read differently is an error. */
export function parseResponseHead(text: string): ResponseHead {
  const [statusLine = '', ...lines] = text.split('\r\n');
  const match = STATUS_LINE.exec(statusLine);
  if (!match) throw new ResponseError(`no HTTP/1.1 status line: ${JSON.stringify(statusLine.slice(0, 60))}`);
  const headers = new Map<string, string>();
  for (const line of lines) addField(headers, line);
  const status = Number(match[2]);
  return {status, headers, framing: framingOf(status, headers), keepAlive: staysOpen(match[1] === '1', headers)};
}

function addField(headers: Map<string, string>, line: string): void {
  const field = FIELD.exec(line);
  if (!field || line.includes('\n') || line.includes('\r') || line.includes('\0')) {
    throw new ResponseError(`no header field: ${JSON.stringify(line.slice(0, 60))}`);
  }
  const name = (field[1] as string).toLowerCase();
  const before = headers.get(name);
  headers.set(name, before === undefined ? (field[2] as string) : `${before}, ${field[2]}`);
}

/** RFC 9112 section 6.3. */
function framingOf(status: number, headers: ReadonlyMap<string, string>): ResponseHead['framing'] {
  const encoding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (encoding !== undefined && length !== undefined) throw new ResponseError('both Transfer-Encoding and Content-Length');
  if (status < 200 || status === 204 || status === 304) return {kind: 'none'};
  if (encoding !== undefined) {
    if (encoding.toLowerCase() !== 'chunked') throw new ResponseError(`Transfer-Encoding ${JSON.stringify(encoding)} is not supported`);
    return {kind: 'chunked'};
  }
  if (length === undefined) return {kind: 'until-close'};
  const values = new Set(length.split(',').map((value) => value.trim()));
  const [value = ''] = values;
  const bytes = Number(value);
  if (values.size !== 1 || !/^\d+$/.test(value) || !Number.isSafeInteger(bytes)) {
    throw new ResponseError(`Content-Length ${JSON.stringify(length)} is no length`);
  }
  return {kind: 'length', bytes};
}

function staysOpen(isNew: boolean, headers: ReadonlyMap<string, string>): boolean {
  const options = (headers.get('connection') ?? '')
    .toLowerCase()
    .split(',')
    .map((option) => option.trim());
  if (options.includes('close')) return false;
  return isNew || options.includes('keep-alive');
}

const KNOWN_LIMIT = 64;

/** Servers repeat their heads to the byte within one second (the Date field): parsed once, found again by the text. */
export class KnownHeads {
  readonly #known = new Map<string, ResponseHead>();
  /** The newest with its bytes, its empty line included: mostly the next one has the same. */
  last: {readonly bytes: Buffer; readonly head: ResponseHead} | null = null;

  parse(text: string): ResponseHead {
    const known = this.#known.get(text);
    if (known) return known;
    const head = parseResponseHead(text);
    if (this.#known.size >= KNOWN_LIMIT) this.#known.clear();
    this.#known.set(text, head);
    return head;
  }
}
