import {request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders} from 'node:http';
import {request as httpsRequest} from 'node:https';
import type {Socket} from 'node:net';
import type {Duplex} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {connect as tlsConnect} from 'node:tls';
import {ApiError} from '../../api.ts';
import {noSuchPath} from '../errors.ts';
import type {ResourceExchange, UpgradeExchange} from '../http/exchange.ts';
import {type ProxyTarget, resolveProxyTarget} from './proxy-target.ts';

/** Headers of one hop, and those that would give the caller's credentials to the pod. */
const DROPPED = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect'],
  ...['authorization', 'proxy-authorization', 'host', 'impersonate-user'],
]);

/** `…/proxy/PATH` of pods and services: the request goes to the pod's port, whatever the Service's own path would be. */
export async function serveProxy(exchange: ResourceExchange): Promise<void> {
  const {response, target} = exchange;
  if (target.resource.plural === 'nodes') throw new ApiError(503, 'ServiceUnavailable', 'the sandbox has no kubelet port to proxy to', {});
  if (target.rest === '') return redirect(exchange);
  const goal = resolveProxyTarget(exchange.parts.api, target);
  const answer = await send(exchange, goal, await dialGoal(exchange, goal));
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage ?? '', forwarded(answer));
  await pipeline(answer, response).catch(() => void response.destroy());
}

/** The root of the proxied server is a folder: its relative links need the slash. */
function redirect({response, path}: ResourceExchange): void {
  response.writeHead(301, {Location: `${path}/`}).end();
}

async function dialGoal({parts}: Pick<ResourceExchange, 'parts'>, goal: ProxyTarget): Promise<Duplex> {
  const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(30_000)]);
  let stream: Duplex;
  try {
    stream = await parts.dial({host: goal.host, port: goal.port}, signal);
  } catch (error) {
    throw unreachable(goal, error);
  }
  // the API server does not know the pods' certificates either
  return goal.secure ? tlsConnect({socket: stream as Socket, rejectUnauthorized: false}) : stream;
}

function send({request, method, target, query}: ResourceExchange, goal: ProxyTarget, stream: Duplex): Promise<IncomingMessage> {
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>();
  const search = query.size === 0 ? '' : `?${query}`;
  const make = goal.secure ? httpsRequest : httpRequest;
  const outgoing = make({
    createConnection: () => stream as Socket,
    method,
    path: `${target.rest}${search}`,
    headers: {...forwarded(request), host: `${goal.host}:${goal.port}`, 'x-forwarded-uri': request.url ?? '', connection: 'close'},
  });
  outgoing.once('response', resolve);
  outgoing.once('error', (error) => reject(unreachable(goal, error)));
  request.pipe(outgoing);
  request.once('close', () => {
    if (!request.complete) outgoing.destroy();
  });
  return promise;
}

function forwarded({headers}: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !DROPPED.has(name)));
}

function unreachable({host, port}: ProxyTarget, error: unknown): ApiError {
  const refused = (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  const why = refused ? 'connect: connection refused' : (error as Error).message;
  return new ApiError(503, 'ServiceUnavailable', `error trying to reach service: dial tcp ${host}:${port}: ${why}`, {});
}

/** A WebSocket or any other upgrade through the proxy: the bytes are passed on both ways. */
export async function proxyUpgrade(exchange: UpgradeExchange): Promise<void> {
  const {request, socket, head, target, query, parts} = exchange;
  if (target.resource.plural === 'nodes') throw noSuchPath();
  const goal = resolveProxyTarget(parts.api, target);
  const stream = await dialGoal({parts}, goal);
  const search = query.size === 0 ? '' : `?${query}`;
  const headers = Object.entries({
    ...forwarded(request),
    connection: 'Upgrade',
    upgrade: request.headers.upgrade ?? '',
    host: `${goal.host}:${goal.port}`,
  });
  const lines = headers.flatMap(([name, value]) => [value ?? ''].flat().map((each) => `${name}: ${each}`));
  stream.write(`${request.method} ${target.rest === '' ? '/' : target.rest}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) stream.write(head);
  await Promise.allSettled([pipeline(socket, stream), pipeline(stream, socket)]);
}
