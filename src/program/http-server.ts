import http from 'node:http';
import type tls from 'node:tls';
import type {Connection, ProgramContext, ProgramNetwork} from '../model/index.ts';
import {secureConnection} from './secure-connection.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host?: string;
  /** Serves TLS where it is given. */
  readonly secureContext?: tls.SecureContext;
  /** A connection that sends nothing for so long is closed. 0: never. Default: 75 seconds, as nginx has it. */
  readonly idleMs?: number;
  readonly onTlsError?: (error: Error) => void;
  /** Called for each connection that is taken. */
  readonly onConnection?: () => void;
}

/** Whose server it is: a program, or a part of the sandbox that listens on the virtual network. */
export type HttpHost = Pick<ProgramContext, 'signal' | 'stderr'> & {readonly network: Pick<ProgramNetwork, 'listen'>};

/** An HTTP server on a program's network. */
export interface HttpService {
  readonly port: number;
  /** Takes no new connection, closes idle ones, lets running requests end, then resolves; what is left after `graceMs` is cut off. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Serves HTTP/1.1 on the program's network. Throws EADDRINUSE where the port is taken.
 * Node's server is never told to listen, so it neither knows its connections nor times them out: both are done here.
 */
export function serveHttp(context: HttpHost, options: ServeOptions, handler: http.RequestListener): HttpService {
  const server = http.createServer((request, response) => guard(context, handler, request, response));
  server.keepAliveTimeout = 0; // idle connections are closed below, also where the connection is no socket of Node's
  const open = new Map<Connection, OpenConnection>();
  let stopping = false;
  let onEmpty: (() => void) | null = null;

  server.on('request', (request, response) => {
    const state = open.get(request.socket as Connection);
    if (state === undefined) return;
    state.busy += 1;
    state.idle?.refresh();
    if (stopping) response.setHeader('Connection', 'close');
    response.once('close', () => {
      state.busy -= 1;
      state.idle?.refresh();
      if (stopping && state.busy === 0) state.close();
    });
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });

  const accept = (connection: Connection): void => {
    const state: OpenConnection = {busy: 0, idle: null, close: () => connection.end(() => connection.destroy())};
    open.set(connection, state);
    closeWhenIdle(connection, state, options.idleMs ?? 75_000);
    connection.once('close', () => {
      open.delete(connection);
      if (open.size === 0) onEmpty?.();
    });
    server.emit('connection', connection);
  };
  const listener = context.network.listen(
    {port: options.port, ...(options.host === undefined ? {} : {host: options.host})},
    (connection) => {
      options.onConnection?.();
      connection.on('error', () => connection.destroy());
      accept(options.secureContext ? secureConnection(connection, options.secureContext, options.onTlsError) : connection);
    },
  );
  const cutAll = (): void => {
    listener.close();
    for (const connection of open.keys()) connection.destroy();
  };
  context.signal.addEventListener('abort', cutAll, {once: true});

  return {
    get port() {
      return listener.port;
    },
    async stop(graceMs) {
      stopping = true;
      listener.close();
      for (const state of open.values()) if (state.busy === 0) state.close();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, graceMs);
        onEmpty = () => {
          clearTimeout(timer);
          resolve();
        };
        if (open.size === 0) onEmpty();
      });
      cutAll();
    },
  };
}

/** A handler that throws spoils its own request and nothing else: other programs live in the same process. */
function guard(context: HttpHost, handler: http.RequestListener, request: http.IncomingMessage, response: http.ServerResponse): void {
  try {
    handler(request, response as Parameters<http.RequestListener>[1]);
  } catch (error) {
    context.stderr(`${String(error)}\n`);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, {'Content-Length': 0}).end();
  }
}

interface OpenConnection {
  /** Requests that are not answered yet. */
  busy: number;
  idle: NodeJS.Timeout | null;
  close(): void;
}

/** No request for `idleMs`, or one whose head takes longer than that: the connection is closed. */
function closeWhenIdle(connection: Connection, state: OpenConnection, idleMs: number): void {
  if (idleMs === 0) return;
  const timer = setTimeout(() => (state.busy === 0 ? connection.destroy() : timer.refresh()), idleMs);
  timer.unref();
  state.idle = timer;
  connection.once('close', () => clearTimeout(timer));
}
