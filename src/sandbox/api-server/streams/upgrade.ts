import type {IncomingMessage} from 'node:http';
import type {Duplex} from 'node:stream';
import {ApiError} from '../../api.ts';
import {methodNotAllowed, noSuchPath, notFound} from '../errors.ts';
import {authenticate} from '../http/authenticate.ts';
import type {ServerParts} from '../http/exchange.ts';
import {readUrl} from '../http/read-url.ts';
import {parseResourcePath} from '../http/request-info.ts';
import {internalError, statusOf} from '../http/respond.ts';
import {upgradeExec} from './exec.ts';
import {upgradePortForward} from './port-forward-upgrade.ts';
import {proxyUpgrade} from './proxy.ts';

/** Answers a request that asks for another protocol: exec, attach, portforward, and proxied WebSockets. */
export function upgrade(parts: ServerParts, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  // whoever takes the socket over handles its errors; until then a lost client is no news
  socket.on('error', () => socket.destroy());
  const close = (): void => void socket.destroy();
  parts.signal.addEventListener('abort', close, {once: true});
  socket.once('close', () => parts.signal.removeEventListener('abort', close));
  start(parts, request, socket, head).catch((error: unknown) => {
    if (!(error instanceof ApiError))
      parts.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
    refuseUpgrade(socket, internalError(error));
  });
}

async function start(parts: ServerParts, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  const url = readUrl(request);
  const user = authenticate(request, parts.tokens);
  const target = parseResourcePath(url.pathname);
  if (target === null) throw noSuchPath();
  const exchange = {
    request,
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    user,
    parts,
    target,
    socket,
    head,
  };
  const {resource, namespace, name, subresource} = target;
  if (subresource === 'proxy') return proxyUpgrade(exchange);
  if (resource.plural !== 'pods' || name === '') throw methodNotAllowed();
  if (parts.api.get('pods', namespace, name) === null) throw notFound(resource, name);
  if (subresource === 'exec' || subresource === 'attach') return upgradeExec(exchange);
  if (subresource === 'portforward') return upgradePortForward(exchange);
  throw methodNotAllowed();
}

/** Answers an upgrade with a Status and closes. */
function refuseUpgrade(socket: Duplex, error: ApiError): void {
  const body = JSON.stringify(statusOf(error));
  const head = `HTTP/1.1 ${error.code} Error\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
}
