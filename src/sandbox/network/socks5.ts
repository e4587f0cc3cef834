import {once} from 'node:events';
import {type AddressInfo, createServer, type Socket} from 'node:net';
import {enterFromHost, expectVanishing} from './host-socket.ts';
import type {Entry, SandboxNetwork} from './network.ts';
import {openAssociation} from './socks5-association.ts';
import {type AskedAssociation, type AskedConnection, handshake, refuse} from './socks5-handshake.ts';
import {formatReply, SOCKS_REPLY} from './socks5-messages.ts';
import {replyTo} from './socks5-reply.ts';

export interface Socks5Options {
  readonly network: SandboxNetwork;
  /** The password of every user name. */
  readonly token: string;
  readonly host?: string;
  readonly port?: number;
  /** For greeting, password and request together. */
  readonly handshakeMs?: number;
  readonly maxConnections?: number;
  /** UDP associations at a time; more are refused. */
  readonly maxAssociations?: number;
}

export interface Socks5Server {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The door for programs of the host: a SOCKS5 proxy (RFC 1928, 1929) whose user name chooses the vantage (`parseSocksUser`). CONNECT and UDP
 * ASSOCIATE (`openAssociation`); BIND is not known. The reply's address is the endpoint that was reached, after destination NAT. Names are
 * resolved as the vantage resolves them. Once the way is decided, the listener in the pod gets the very socket. While a connection is
 * dropped, the reply stays out, as an answer to a SYN does.
 */
export async function startSocks5(options: Socks5Options): Promise<Socks5Server> {
  const {host = '127.0.0.1', port = 0, maxConnections = 10_000, maxAssociations = 1_000} = options;
  const sockets = new Set<Socket>();
  const associations = new Set<Socket>();
  const server = createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    void serve({...options, associations, maxAssociations}, socket);
  });
  server.maxConnections = maxConnections;
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  return {
    address: bound.address,
    port: bound.port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

interface Door extends Socks5Options {
  readonly associations: Set<Socket>;
  readonly maxAssociations: number;
}

async function serve(door: Door, socket: Socket): Promise<void> {
  expectVanishing(socket);
  const deadline = setTimeout(() => socket.destroy(), door.handshakeMs ?? 10_000).unref();
  const asked = await handshake(door.token, socket);
  clearTimeout(deadline);
  if (asked === null) return;
  // The 'readable' listeners of the handshake are gone, but the stream leaves its paused mode only a tick later.
  await new Promise(setImmediate);
  if (asked.command === 'associate') await associate(door, socket, asked);
  else await connect(door.network, socket, asked);
}

async function connect(network: SandboxNetwork, socket: Socket, {from, host, port}: AskedConnection): Promise<void> {
  let entry: Entry;
  try {
    entry = await enterFromHost(network, from, {host, port}, socket);
  } catch (error) {
    refuse(socket, formatReply(replyTo(error)));
    return;
  }
  if (socket.destroyed) return;
  socket.write(formatReply(SOCKS_REPLY.succeeded, entry.endpoint.address, entry.endpoint.port));
  entry.handOver(socket);
}

async function associate({network, associations, maxAssociations}: Door, socket: Socket, {from, client}: AskedAssociation): Promise<void> {
  if (associations.size >= maxAssociations) {
    refuse(socket, formatReply(SOCKS_REPLY.generalFailure));
    return;
  }
  associations.add(socket);
  socket.once('close', () => associations.delete(socket));
  try {
    const relay = await openAssociation({network, from, client, control: socket});
    socket.write(formatReply(SOCKS_REPLY.succeeded, relay.address, relay.port));
  } catch (error) {
    refuse(socket, formatReply(replyTo(error)));
  }
}
