import type {Duplex} from 'node:stream';
import {createWebSocketStream, type WebSocket, WebSocketServer} from 'ws';
import {badRequest} from '../errors.ts';
import type {UpgradeExchange} from '../http/exchange.ts';
import {forwardOverSpdy} from './port-forward.ts';
import {forwardOverChannels} from './port-forward-channels.ts';
import {runtimeOf} from './runtime.ts';

/** SPDY/3.1 frames inside a WebSocket: kubectl 1.31 and newer. */
const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
/** A channel pair per port: the official JavaScript client. */
const CHANNELS = 'v4.channel.k8s.io';

const MESSAGE_LIMIT = 8 * 1024 * 1024;

/** `portforward` in the three ways that clients know. */
export function upgradePortForward(exchange: UpgradeExchange): void {
  const {request, query, parts} = exchange;
  const runtime = runtimeOf(exchange);
  const pod = {namespace: exchange.target.namespace, name: exchange.target.name};
  const target = {runtime, pod, signal: parts.signal};
  const protocol = (request.headers.upgrade ?? '').toLowerCase();
  if (protocol === 'spdy/3.1') {
    forwardOverSpdy(acceptSpdy(exchange), target);
    return;
  }
  if (protocol !== 'websocket') throw badRequest('unable to upgrade: neither WebSocket nor SPDY/3.1 was asked for');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  if (offered.includes(TUNNEL)) {
    accept(exchange, TUNNEL, (client) => forwardOverSpdy(createWebSocketStream(client), target));
    return;
  }
  const ports = query
    .getAll('ports')
    .flatMap((each) => each.split(','))
    .map(Number);
  if (!offered.includes(CHANNELS))
    throw badRequest(`unable to upgrade: unable to negotiate protocol: client supports ${JSON.stringify(offered)}`);
  if (ports.length === 0 || ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) {
    throw badRequest('query parameter "ports" is required and must name ports');
  }
  accept(exchange, CHANNELS, (client) => forwardOverChannels(client, ports, target));
}

function accept({request, socket, head}: UpgradeExchange, protocol: string, onOpen: (client: WebSocket) => void): void {
  const sockets = new WebSocketServer({noServer: true, maxPayload: MESSAGE_LIMIT});
  // the tunnel's name has a slash, which is no token of HTTP: the library would refuse it, so it is agreed upon beside the library
  delete request.headers['sec-websocket-protocol'];
  sockets.on('headers', (headers) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  sockets.handleUpgrade(request, socket, head, onOpen);
}

/** A bare SPDY connection: kubectl 1.30 and older. */
function acceptSpdy({request, socket, head}: UpgradeExchange): Duplex {
  const version = request.headers['x-stream-protocol-version'];
  if (version !== undefined && ![version].flat().join(',').includes('portforward.k8s.io'))
    throw badRequest('unable to upgrade: unknown stream protocol');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: portforward.k8s.io\r\n\r\n',
  );
  if (head.length > 0) socket.unshift(head);
  return socket;
}
