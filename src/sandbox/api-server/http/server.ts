import type {IncomingMessage, ServerResponse} from 'node:http';
import {createServer} from 'node:https';
import type {AddressInfo} from 'node:net';
import type {Duplex} from 'node:stream';
import {ApiError} from '../../api.ts';
import type {Certificates} from '../certificates.ts';
import {upgrade} from '../streams/upgrade.ts';
import {authenticate} from './authenticate.ts';
import type {Exchange, ServerParts} from './exchange.ts';
import {serveHealth} from './health.ts';
import {readUrl} from './read-url.ts';
import {internalError, sendError, sendObject} from './respond.ts';
import {route} from './route.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly certificates: Certificates;
}

/** Connections at one time: enough for every client of a sandbox, few enough not to run out of descriptors. */
const CONNECTION_LIMIT = 1000;

/** The HTTPS door. Resolves once it listens. */
export async function listen(
  parts: ServerParts,
  {host, port, certificates}: ListenOptions,
): Promise<{port: number; accept(connection: Duplex): void; close(): Promise<void>}> {
  const {ca, server: own} = certificates;
  const server = createServer(
    {
      key: own.key,
      cert: own.cert,
      ca: ca.cert,
      requestCert: true,
      // a token will do instead
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      maxHeaderSize: 64 * 1024,
      headersTimeout: 30_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 120_000,
      handshakeTimeout: 15_000,
    },
    (request, response) => void answer(parts, request, response),
  );
  server.maxHeadersCount = 100;
  server.maxConnections = CONNECTION_LIMIT;
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => upgrade(parts, request, socket, head));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    accept: (connection) => void server.emit('connection', connection),
    close: () => closeServer(server),
  };
}

function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  // what is still being answered gets a moment, then the connection goes
  setTimeout(() => server.closeAllConnections(), 200).unref();
  return promise;
}

async function answer(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.on('error', () => undefined);
  try {
    const url = readUrl(request);
    if (serveHealth(request, response, url)) return;
    const user = authenticate(request, parts.tokens);
    const own = await parts.own(request.method ?? 'GET', url.pathname);
    if (own !== null) return await sendObject(response, 200, own);
    const exchange: Exchange = {
      request,
      response,
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      user,
      parts,
    };
    await route(exchange);
  } catch (error) {
    await refuse(parts, request, response, error);
  }
}

async function refuse(parts: ServerParts, request: IncomingMessage, response: ServerResponse, error: unknown): Promise<void> {
  // a client that left in the middle of its body is no news, and there is nobody to answer
  if (request.errored !== null && !request.complete) return void response.destroy();
  if (!(error instanceof ApiError)) parts.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
  if (response.headersSent) return void response.destroy();
  // the rest of a body that was not read would be taken for the next request
  if (!request.complete) response.setHeader('Connection', 'close');
  await sendError(response, internalError(error));
}
