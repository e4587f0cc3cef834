import http from 'node:http';
import type {Duplex} from 'node:stream';
import type {ProbeOutcome} from '../../model/index.ts';
import type {ReachDial} from '../reach.ts';

export interface PathRequest {
  readonly host: string;
  readonly port: number;
  /** null: a TCP connect is all. */
  readonly http: string | null;
  readonly expectStatus: number | null;
  readonly expectBody: RegExp | null;
  readonly timeoutMs: number;
}

export interface PathOutcome {
  readonly outcome: ProbeOutcome;
  /** The endpoint that was reached, where the vantage can tell. */
  readonly endpoint: {readonly address: string; readonly port: number} | null;
}

const MAX_BODY = 1024 * 1024;

/** One connection along a path, with a request on it where one is asked for. Never rejects: what goes wrong is the outcome. */
export async function probePath(dial: ReachDial, request: PathRequest): Promise<PathOutcome> {
  const started = performance.now();
  const kind = request.http === null ? 'tcpSocket' : 'httpGet';
  const done = (outcome: 'success' | 'failure', detail: string, endpoint: PathOutcome['endpoint']): PathOutcome => ({
    outcome: {kind, outcome, detail, durationMs: Math.round((performance.now() - started) * 10) / 10},
    endpoint,
  });
  let endpoint: PathOutcome['endpoint'] = null;
  try {
    const dialed = await dial({host: request.host, port: request.port}, {timeoutMs: request.timeoutMs});
    endpoint = dialed.endpoint;
    if (request.http === null) {
      dialed.socket.destroy();
      return done('success', 'connected', endpoint);
    }
    const problem = await ask(dialed.socket, request, request.http);
    return problem === null ? done('success', 'ok', endpoint) : done('failure', problem, endpoint);
  } catch (error) {
    return done('failure', wordsOf(error), endpoint);
  }
}

/** Sends the request; null for the expected answer, else what is wrong with it. */
function ask(socket: Duplex, request: PathRequest, path: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const {host, port, timeoutMs} = request;
    const outgoing = http.get({
      host,
      port,
      path,
      createConnection: () => socket,

      timeout: timeoutMs,
      headers: {'user-agent': 'kiada-probe', connection: 'close'},
    });
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error(`no answer within ${timeoutMs} ms`), {code: 'ETIMEDOUT'})));
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_BODY) chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => resolve(judge(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8'), request)));
    });
  });
}

function judge(status: number, body: string, request: PathRequest): string | null {
  const wanted = request.expectStatus;
  if (wanted === null ? status < 200 || status >= 400 : status !== wanted)
    return `HTTP status ${status}${wanted === null ? '' : `, expected ${wanted}`}`;
  if (request.expectBody !== null && !request.expectBody.test(body)) return `the body does not match ${request.expectBody}`;
  return null;
}

/** Why a connection did not come about, in words. */
export function wordsOf(error: unknown): string {
  const {code, message} = error as {code?: string; message?: string};
  const words: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ETIMEDOUT: message ?? 'timed out',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'network is unreachable',
    ENOTFOUND: 'the name does not resolve',
    ECONNRESET: 'connection reset',
  };
  return (code !== undefined && words[code]) || message || String(error);
}
