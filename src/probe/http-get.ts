import {type IncomingMessage, request} from 'node:http';
import type {Duplex} from 'node:stream';
import {connect as connectTls} from 'node:tls';
import {type ProbeUrl, probeUrl, redirectUrl} from './http-url.ts';
import {describeDialError, describeStreamError} from './network-error.ts';
import {type Dial, OUTPUT_LIMIT, type Verdict} from './outcome.ts';
import type {HttpGetAction} from './spec.ts';

const REDIRECT_LIMIT = 10;
/** What a kubelet of the supported minor version calls itself. */
export const PROBE_USER_AGENT = 'kube-probe/1.37';

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/**
 * GET with the probe's headers; 200-399 succeeds. Certificates are not verified. Redirects are followed on the same host name only,
 * ten at the most; one that leads away counts as success with a warning. Source: kubernetes `pkg/probe/http/http.go`.
 */
export async function probeHttp(
  action: HttpGetAction,
  target: {host: string; port: number},
  dial: Dial,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  const first = probeUrl(action, target.host, target.port);
  try {
    return await follow(first, action, (url) => dialUrl(url, dial, timeoutMs, signal), signal);
  } catch (error) {
    const reason = signal.aborted
      ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
      : error instanceof Error
        ? error.message
        : String(error);
    return {result: 'failure', message: `Get "${first.text}": ${reason}`};
  }
}

async function follow(
  first: ProbeUrl,
  action: HttpGetAction,
  open: (url: ProbeUrl) => Promise<Duplex>,
  signal: AbortSignal,
): Promise<Verdict> {
  let url = first;
  for (let redirects = 0; ; redirects += 1) {
    const answer = await get(url, action, await open(url), url === first, signal);
    const next = answer.location !== null && isRedirect(answer.status) ? redirectUrl(url, answer.location) : null;
    if (!next) return judge(answer);
    if (next.host !== first.host) return {result: 'warning', message: `Probe terminated redirects, Response body: ${answer.body}`};
    if (redirects + 1 >= REDIRECT_LIMIT) throw new Error(`stopped after ${REDIRECT_LIMIT} redirects`);
    url = next;
  }
}

function judge(answer: Answer): Verdict {
  if (answer.status >= 200 && answer.status < 400) return {result: 'success', message: answer.body};
  return {result: 'failure', message: `HTTP probe failed with statuscode: ${answer.status}`};
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

async function dialUrl(url: ProbeUrl, dial: Dial, timeoutMs: number, signal: AbortSignal): Promise<Duplex> {
  const target = {host: url.host, port: url.port};
  const stream = await dial(target, {signal, timeoutMs}).catch((error: unknown) => {
    throw new Error(describeDialError(error, target), {cause: error});
  });
  if (url.scheme === 'http') return stream;
  return connectTls({socket: stream, rejectUnauthorized: false, ALPNProtocols: ['http/1.1']});
}

function get(url: ProbeUrl, action: HttpGetAction, stream: Duplex, isFirst: boolean, signal: AbortSignal): Promise<Answer> {
  const {promise, resolve, reject} = Promise.withResolvers<Answer>();
  const fail = (error: unknown) => reject(new Error(describeStreamError(error), {cause: error}));
  const sent = request({
    host: url.host,
    port: url.port,
    path: url.path,
    headers: headersOf(action, url, isFirst),
    setDefaultHeaders: false,
    createConnection: () => stream,
    signal,
  });
  sent.on('error', fail);
  sent.on('response', (response) => readBody(response).then((body) => resolve(answerOf(response, body)), fail));
  sent.end();
  return promise.finally(() => stream.destroy());
}

function answerOf(response: IncomingMessage, body: string): Answer {
  return {status: response.statusCode ?? 0, location: response.headers.location ?? null, body};
}

/** Reads no more than the kubelet does; the rest is left unread and the connection closed. */
async function readBody(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size >= OUTPUT_LIMIT) break;
  }
  return Buffer.concat(parts).subarray(0, OUTPUT_LIMIT).toString('utf8');
}

/** The probe's own headers win; an empty User-Agent or Accept takes the default away. */
function headersOf(action: HttpGetAction, url: ProbeUrl, isFirst: boolean): Record<string, string | string[]> {
  const given = new Map<string, {name: string; values: string[]}>();
  for (const {name, value} of action.httpHeaders ?? []) {
    const entry = given.get(name.toLowerCase()) ?? {name, values: []};
    entry.values.push(value);
    given.set(name.toLowerCase(), entry);
  }
  const host = given.get('host')?.values[0];
  given.delete('host');
  if (!given.has('user-agent')) given.set('user-agent', {name: 'User-Agent', values: [PROBE_USER_AGENT]});
  if (!given.has('accept')) given.set('accept', {name: 'Accept', values: ['*/*']});
  for (const name of ['user-agent', 'accept']) if (given.get(name)?.values[0] === '') given.delete(name);
  const headers = Object.fromEntries([...given.values()].map(({name, values}) => [name, values.length === 1 ? (values[0] ?? '') : values]));
  return {Host: isFirst && host ? host : new URL(url.text).host, ...headers, Connection: 'close'};
}
