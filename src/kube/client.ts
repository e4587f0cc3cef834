import type http from 'node:http';
import https from 'node:https';
import {ERROR_CODES, KiadaError} from '../errors.ts';
import {nodeHttp} from './node-http.ts';
import {errorOfStatus} from './status-error.ts';

export interface ClientOptions {
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  readonly request: https.RequestOptions;
  readonly requestTimeoutMs: number;
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: unknown;
  readonly warnings: readonly string[];
}

/** The largest answer that is read into memory at once. Lists are paged, so only a single object could exceed it. */
const MAX_BODY = 256 * 1024 * 1024;

/** A client of one API server: plain JSON over HTTP, with the kubeconfig's credentials. */
export class KubeClient {
  readonly server: string;
  readonly context: string;
  readonly namespace: string;
  readonly #request: https.RequestOptions;
  readonly #timeoutMs: number;

  constructor(options: ClientOptions) {
    this.server = options.server;
    this.context = options.context;
    this.namespace = options.namespace;
    this.#request = options.request;
    this.#timeoutMs = options.requestTimeoutMs;
  }

  /** Sends one request and reads its whole answer. Throws KiadaError for what the API refuses and for an unreachable server. */
  async send(request: ApiRequest): Promise<ApiResponse> {
    const response = await this.#openTwice(request);
    const text = await readAll(response, this.#idleTimeout(request), this.server, request.signal);
    const body = parseBody(text);
    const status = response.statusCode ?? 0;
    if (status >= 300) throw errorOfStatus(status, body ?? text, request);
    return {status, body: body ?? text, warnings: warningsOf(response)};
  }

  /** The answer's body, for GET. Throws UNREACHABLE for what is no JSON object: the page of a proxy is not an empty list. */
  async get(path: string, query: ApiRequest['query'] = {}, signal?: AbortSignal): Promise<unknown> {
    const {body} = await this.send({path, query, signal});
    if (typeof body === 'object' && body !== null) return body;
    throw new KiadaError('UNREACHABLE', `${this.server} does not answer as a Kubernetes API server does`);
  }

  /** A kept-alive connection that the server closed meanwhile fails at once: what only reads is asked again, on a new one. */
  async #openTwice(request: ApiRequest): Promise<http.IncomingMessage> {
    try {
      return await this.open(request);
    } catch (error) {
      if (!(error instanceof StaleConnection) || (request.method ?? 'GET') !== 'GET') throw error;
      return await this.open(request);
    }
  }

  /** Sends one request and gives the answer when its head is there; the body is the caller's to read or destroy. */
  async open(request: ApiRequest): Promise<http.IncomingMessage> {
    const url = new URL(this.server + request.path);
    for (const [key, value] of Object.entries(request.query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value));
    const payload = request.body === undefined ? undefined : typeof request.body === 'string' ? request.body : JSON.stringify(request.body);
    const transport = url.protocol === 'http:' ? nodeHttp : https;
    const headers = {
      accept: request.accept ?? 'application/json',
      'user-agent': 'kiada',
      ...(payload === undefined
        ? {}
        : {'content-type': request.contentType ?? 'application/json', 'content-length': Buffer.byteLength(payload)}),
      ...(this.#request.headers as http.OutgoingHttpHeaders),
    };
    const {promise, resolve, reject} = Promise.withResolvers<http.IncomingMessage>();
    const options = {...this.#request, method: request.method ?? 'GET', headers, ...(request.signal ? {signal: request.signal} : {})};
    const outgoing = transport.request(url, options, resolve);
    const timer = setTimeout(() => outgoing.destroy(timedOut(this.server, this.#idleTimeout(request))), this.#idleTimeout(request));
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (request.signal?.aborted) reject(interrupted());
      else if (outgoing.reusedSocket && error.code === 'ECONNRESET') reject(new StaleConnection(this.server, error));
      else reject(unreachable(this.server, error, startHint(this.context)));
    });
    outgoing.end(payload);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  /** What other protocols than plain requests (WebSockets) need to reach the same server with the same credentials. */
  connection(): {readonly server: string; readonly request: https.RequestOptions} {
    return {server: this.server, request: this.#request};
  }

  /** Closes idle connections, so that the process can end. */
  close(): void {
    const agent = this.#request.agent;
    if (agent && typeof agent === 'object') agent.destroy();
  }

  #idleTimeout(request: ApiRequest): number {
    return request.timeoutMs ?? this.#timeoutMs;
  }
}

/** A connection of an earlier request turned out to be closed when it was used again. */
class StaleConnection extends KiadaError {
  constructor(server: string, cause: Error) {
    super('UNREACHABLE', `${server} is not reachable: connection reset`, {cause});
  }
}

async function readAll(response: http.IncomingMessage, idleMs: number, server: string, signal: AbortSignal | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  response.setTimeout(idleMs, () => response.destroy(timedOut(server, idleMs)));
  try {
    for await (const chunk of response) {
      size += (chunk as Buffer).length;
      if (size > MAX_BODY) throw new KiadaError('UNREACHABLE', `${server} answered with more than ${MAX_BODY} bytes`);
      chunks.push(chunk as Buffer);
    }
  } catch (error) {
    if (signal?.aborted) throw interrupted();
    throw error instanceof KiadaError ? error : unreachable(server, error as Error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  if (!text.startsWith('{') && !text.startsWith('[')) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // a proxy's page or a cut answer: shown as text by the caller
  }
}

function warningsOf(response: http.IncomingMessage): readonly string[] {
  const header = response.headers['warning'];
  if (header === undefined) return [];
  return [...String(header).matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) => (match[1] ?? '').replaceAll(/\\(.)/g, '$1'));
}

function timedOut(server: string, ms: number): KiadaError {
  return new KiadaError('UNREACHABLE', `${server} did not answer within ${ms / 1000} s`);
}

function interrupted(): KiadaError {
  return new KiadaError('INTERRUPTED', 'interrupted');
}

function unreachable(server: string, error: Error & {code?: string}, hint: string = ERROR_CODES.UNREACHABLE.hint): KiadaError {
  if (error instanceof KiadaError) return error;
  return new KiadaError('UNREACHABLE', `${server} is not reachable: ${reasonOf(error)}`, {cause: error, hint});
}

/** What to do where a cluster does not answer: a sandbox of ours is started, of another cluster we only know its context. */
function startHint(context: string): string {
  const sandbox = /^kiada-sandbox(?:-(.+))?$/.exec(context);
  if (!sandbox) return ERROR_CODES.UNREACHABLE.hint;
  return `Start the sandbox with: kiada sandbox up${sandbox[1] ? ` --name ${sandbox[1]}` : ''}`;
}

function reasonOf(error: Error & {code?: string; errors?: readonly Error[]}): string {
  const first = error.errors?.[0] ?? error; // AggregateError of happy eyeballs has an empty message
  const code = (first as {code?: string}).code ?? error.code;
  const known: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ENOTFOUND: 'its host name does not resolve',
    ETIMEDOUT: 'timed out',
    ECONNRESET: 'connection reset',
    SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an unknown authority',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by an unknown authority',
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an unknown authority',
    CERT_HAS_EXPIRED: 'its certificate has expired',
  };
  return (code !== undefined && known[code]) || first.message || code || 'no reason given';
}
