import tls from 'node:tls';
import type {Connection} from '../model/index.ts';

/** The server's side of TLS over a connection. The secured side keeps the addresses, which Node knows only of sockets of its own. */
export function secureConnection(connection: Connection, secureContext: tls.SecureContext, onError?: (error: Error) => void): Connection {
  const socket = new tls.TLSSocket(connection, {isServer: true, secureContext, ALPNProtocols: ['http/1.1']});
  socket.on('error', (error) => {
    onError?.(error);
    socket.destroy();
    connection.destroy();
  });
  connection.once('close', () => socket.destroy());
  for (const name of ['remoteAddress', 'remotePort', 'localAddress', 'localPort'] as const) {
    Object.defineProperty(socket, name, {get: () => connection[name], configurable: true});
  }
  return socket;
}
