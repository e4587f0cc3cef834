import type {IncomingMessage} from 'node:http';
import {hostPort} from '../../../ip/index.ts';
import type {ProgramContext} from '../../../model/index.ts';
import {type CurlOptions, parseCurl} from './curl-options.ts';
import {exchange, type HttpAnswer, HttpFailure, type HttpRequest, portOf} from './http-request.ts';

const VERSION = 'curl/8.14.1';
const REDIRECT_LIMIT = 50;

interface Transfer {
  readonly answer: HttpAnswer;
  readonly url: URL;
  readonly size: number;
  readonly totalMs: number;
  readonly redirects: number;
}

/** curl's common options over the pod's network, with its messages and exit codes. */
export async function curl(context: ProgramContext): Promise<number> {
  const options = parseCurl(context.args.slice(1));
  if (typeof options === 'string') {
    context.stderr(`${options}\ncurl: try 'curl --help' or 'curl --manual' for more information\n`);
    return 2;
  }
  let exit = 0;
  for (const url of options.urls) exit = await fetchWithRetries(url, options, context);
  return exit;
}

async function fetchWithRetries(text: string, options: CurlOptions, context: ProgramContext): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const exit = await fetchOne(text, options, context);
    if (exit === 0 || tries >= options.retries || ![6, 7, 28, 52, 56].includes(exit)) return exit;
    await context.sleep(1000 * 2 ** tries);
  }
}

async function fetchOne(text: string, options: CurlOptions, context: ProgramContext): Promise<number> {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(address)) return complain(3, 'URL rejected: Malformed input to a URL function', options, context);
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return complain(1, `Protocol "${url.protocol.slice(0, -1)}" not supported`, options, context);
  }
  const deadline = options.maxTimeMs === null ? null : AbortSignal.timeout(options.maxTimeMs);
  const signal = deadline ? AbortSignal.any([deadline, context.signal]) : context.signal;
  const started = performance.now();
  try {
    const transfer = await follow(url, options, context, signal, started);
    if (options.writeOut !== null) context.stdout(writeOut(options.writeOut, transfer));
    const status = transfer.answer.message.statusCode ?? 0;
    return options.fail && status >= 400 ? complain(22, `The requested URL returned error: ${status}`, options, context) : 0;
  } catch (error) {
    const elapsed = Math.round(performance.now() - started);
    if (deadline?.aborted) return complain(28, `Operation timed out after ${elapsed} milliseconds with 0 bytes received`, options, context);
    if (!(error instanceof HttpFailure)) throw error;
    if (options.writeOut !== null) context.stdout(writeOut(options.writeOut, null));
    const [code, message] = describe(error, url, options);
    return complain(code, message, options, context);
  }
}

function complain(code: number, message: string, options: CurlOptions, context: ProgramContext): number {
  if (!options.silent || options.showError) context.stderr(`curl: (${code}) ${message}\n`);
  return code;
}

function describe(failure: HttpFailure, url: URL, options: CurlOptions): readonly [number, string] {
  const ms = Math.round(failure.elapsedMs);
  const host = url.hostname;
  if (failure.step === 'resolve') return [6, `Could not resolve host: ${host}`];
  if (failure.step === 'connect' && failure.code === 'ETIMEDOUT') {
    if (options.connectTimeoutMs !== null) return [28, `Connection timed out after ${ms} milliseconds`];
    return [28, `Failed to connect to ${host} port ${portOf(url)} after ${ms} ms: Could not connect to server`];
  }
  if (failure.step === 'connect')
    return [7, `Failed to connect to ${host} port ${portOf(url)} after ${ms} ms: Could not connect to server`];
  if (failure.step === 'tls' && /self.signed|certificate|altname/i.test(failure.message))
    return [60, `SSL certificate problem: ${failure.message}`];
  if (failure.step === 'tls') return [35, `TLS connect error: ${failure.message}`];
  if (failure.message === 'socket hang up') return [52, 'Empty reply from server'];
  return failure.code.startsWith('HPE_') ? [1, 'Received HTTP/0.9 when not allowed'] : [56, `Recv failure: Connection reset by peer`];
}

async function follow(first: URL, options: CurlOptions, context: ProgramContext, signal: AbortSignal, started: number): Promise<Transfer> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await exchange(requestOf(url, options, context, signal), context.network);
    const {statusCode = 0, headers} = answer.message;
    if (options.verbose) context.stderr(verbose(answer, url, options));
    const next = options.follow && statusCode >= 300 && statusCode < 400 && headers.location ? new URL(headers.location, url) : null;
    if (options.include || options.head) context.stdout(headText(answer.message));
    const size = await deliver(answer.message, next !== null || options.head, url, options, context);
    answer.connection.destroy();
    if (!next || redirects >= REDIRECT_LIMIT) return {answer, url, size, totalMs: performance.now() - started, redirects};
    url = next;
  }
}

function requestOf(url: URL, options: CurlOptions, context: ProgramContext, signal: AbortSignal): HttpRequest {
  const data = options.data.length > 0 ? options.data.map((each) => dataText(each, context)).join('&') : null;
  const target = new URL(url);
  if (options.asQuery && data !== null) target.search = target.search ? `${target.search}&${data}` : `?${data}`;
  const body = data !== null && !options.asQuery ? Buffer.from(data) : null;
  const connectTo = options.resolve
    .map((each) => /^\+?(.+?):(\d+):\[?(.+?)\]?$/.exec(each))
    .find((match) => match?.[1] === url.hostname && Number(match[2]) === portOf(url));
  return {
    url: target,
    method: options.method ?? (options.head ? 'HEAD' : body ? 'POST' : 'GET'),
    headers: headersOf(url, options, body),
    body,
    insecure: options.insecure,
    family: options.family,
    connectTimeoutMs: options.connectTimeoutMs,
    connectTo: connectTo?.[3] ?? null,
    signal,
  };
}

/** `@file` and `@-` name where the data is. */
function dataText(value: string, context: ProgramContext): string {
  if (!value.startsWith('@')) return value;
  const name = value.slice(1);
  return context.files.readText(name.startsWith('/') ? name : `${context.workingDir}/${name}`).replaceAll(/[\r\n]/g, '');
}

function headersOf(url: URL, options: CurlOptions, body: Uint8Array | null): [string, string][] {
  const own = options.headers.flatMap((header) => {
    const [, name, value] = /^([^:;]+)[:;]\s*(.*)$/s.exec(header) ?? [];
    return name === undefined ? [] : [[name, value ?? ''] as [string, string]];
  });
  const usual: [string, string][] = [
    ['Host', url.host],
    ...(options.user !== null ? [['Authorization', `Basic ${Buffer.from(options.user).toString('base64')}`] as [string, string]] : []),
    ['User-Agent', options.userAgent ?? VERSION],
    ['Accept', '*/*'],
    ...(body
      ? ([
          ['Content-Length', String(body.length)],
          ['Content-Type', 'application/x-www-form-urlencoded'],
        ] as [string, string][])
      : []),
  ];
  const replaced = new Set(own.map(([name]) => name.toLowerCase()));
  return [...usual.filter(([name]) => !replaced.has(name.toLowerCase())), ...own.filter(([, value]) => value !== '')];
}

async function deliver(message: IncomingMessage, skip: boolean, url: URL, options: CurlOptions, context: ProgramContext): Promise<number> {
  const name = options.output ?? (options.remoteName ? url.pathname.slice(url.pathname.lastIndexOf('/') + 1) : null);
  const path = name === null || name === '-' ? null : name.startsWith('/') ? name : `${context.workingDir}/${name}`;
  if (path !== null && !skip) context.files.write(path, '');
  let size = 0;
  try {
    for await (const part of message as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (skip) continue;
      if (path !== null) context.files.append(path, part);
      else context.stdout(part);
    }
  } catch (error) {
    throw new HttpFailure('exchange', error, 0);
  }
  return size;
}

function headText(message: IncomingMessage): string {
  const lines = [`HTTP/${message.httpVersion} ${message.statusCode} ${message.statusMessage}`];
  for (let index = 0; index < message.rawHeaders.length; index += 2)
    lines.push(`${message.rawHeaders[index]}: ${message.rawHeaders[index + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function verbose({message, address, connection}: HttpAnswer, url: URL, options: CurlOptions): string {
  const sent = headersOf(url, options, null).map(([name, value]) => `> ${name}: ${value}`);
  const method = options.method ?? (options.head ? 'HEAD' : options.data.length > 0 ? 'POST' : 'GET');
  return [
    `*   Trying ${hostPort(address, portOf(url))}...`,
    `* Connected to ${url.hostname} (${address}) port ${portOf(url)}`,
    ...(connection.localAddress ? [`* using source ${hostPort(connection.localAddress, connection.localPort ?? 0)}`] : []),
    `> ${method} ${url.pathname}${url.search} HTTP/1.1`,
    ...sent,
    '>',
    ...headText(message)
      .trimEnd()
      .split('\r\n')
      .map((line) => `< ${line}`),
    '<',
    '',
  ].join('\n');
}

/** `-w`: the variables that scripts use. */
function writeOut(format: string, transfer: Transfer | null): string {
  const seconds = (ms: number | undefined) => ((ms ?? 0) / 1000).toFixed(6);
  const answer = transfer?.answer;
  const values: Readonly<Record<string, string>> = {
    http_code: String(answer?.message.statusCode ?? '000').padStart(3, '0'),
    response_code: String(answer?.message.statusCode ?? '000').padStart(3, '0'),
    remote_ip: answer?.address ?? '',
    remote_port: transfer ? String(portOf(transfer.url)) : '0',
    local_ip: answer?.connection.localAddress ?? '',
    local_port: String(answer?.connection.localPort ?? 0),
    size_download: String(transfer?.size ?? 0),
    num_redirects: String(transfer?.redirects ?? 0),
    url_effective: transfer?.url.href ?? '',
    content_type: answer?.message.headers['content-type'] ?? '',
    time_namelookup: seconds(answer?.times.lookup),
    time_connect: seconds(answer?.times.connect),
    time_starttransfer: seconds(answer?.times.firstByte),
    time_total: seconds(transfer?.totalMs),
  };
  return format
    .replaceAll(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? '')
    .replaceAll('\\n', '\n')
    .replaceAll('\\t', '\t')
    .replaceAll('\\r', '\r');
}
