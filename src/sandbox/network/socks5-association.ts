import dgram from 'node:dgram';
import {isIPv6, type Socket} from 'node:net';
import type {NetworkOrigin} from '../pod-network.ts';
import type {DatagramSocket} from './datagrams.ts';
import type {Place} from './flow-table.ts';
import type {SandboxNetwork} from './network.ts';
import {NetworkError} from './network-error.ts';
import {formatDatagramHeader, formatReply, parseDatagram, SOCKS_REPLY, type SocksDatagram} from './socks5-messages.ts';
import {replyTo} from './socks5-reply.ts';

export interface AssociationOptions {
  readonly network: SandboxNetwork;
  readonly from: NetworkOrigin;
  /** The address of the host from which the client sends; nobody else is listened to. */
  readonly client: Place;
  /** The client's TCP connection: the association lasts as long. */
  readonly control: Socket;
}

/** What may wait for room in the relay's socket; what comes beyond that is lost, as with any full socket. */
const MOST_WAITING_BYTES = 256 * 1024;
/** Replies that the client has not read; beyond that it is told nothing more. */
const MOST_UNREAD_BYTES = 4 * 1024;
/** Names that are remembered with their address. */
const MOST_NAMES = 64;

/**
 * A UDP association (RFC 1928, section 7): datagrams of one client on the loopback go out from the vantage, and answers come back. They bear the
 * address that the client sent to, which is where a socket at the vantage sees them come from, and what clients compare.
 *
 * SOCKS has no message for what becomes of a datagram, so it is told on the TCP connection, in the form of further replies as to a CONNECT:
 * `succeeded` with the endpoint's address when a flow begins, before its first answer, and for each datagram that comes back the reason, without an
 * address. The association goes on after that, as an unconnected socket does.
 *
 * Gives the address of the relay. Rejects with a NetworkError where the vantage cannot send.
 */
export async function openAssociation(options: AssociationOptions): Promise<Place> {
  const {client, control} = options;
  const relay = dgram.createSocket(isIPv6(client.address) ? 'udp6' : 'udp4');
  const closeRelay = closingOnce(relay);
  try {
    await bindTo(relay, control.localAddress ?? '127.0.0.1', client);
    if (control.destroyed) throw new NetworkError('ECONNRESET', 'bind');
    carry(options, relay, closeRelay);
  } catch (error) {
    closeRelay();
    throw error;
  }
  return relay.address();
}

function carry({network, from, client, control}: AssociationOptions, relay: dgram.Socket, closeRelay: () => void): void {
  const tell = (reply: Buffer): void => {
    if (control.writable && control.writableLength < MOST_UNREAD_BYTES) control.write(reply);
  };
  const inside: DatagramSocket = network.openDatagram(from, {
    onMessage: (bytes, {address, port}) => {
      if (relay.getSendQueueSize() > MOST_WAITING_BYTES) return;
      // one that is too large with its header, or that the client no longer listens for, is lost
      relay.send([formatDatagramHeader(address, port), bytes], () => undefined);
    },
    onReached: ({address, port}) => tell(formatReply(SOCKS_REPLY.succeeded, address, port)),
    onRefused: (error) => tell(formatReply(replyTo(error))),
    onGone: () => control.resetAndDestroy(),
  });
  const resolve = resolver(network, from);
  relay.on('message', (bytes, {address, port}) => {
    // the kernel lets only the client's through, but for what came before the socket was connected
    const datagram = address === client.address && port === client.port ? parseDatagram(bytes) : null;
    if (datagram === null) return;
    try {
      inside.send(datagram.data, resolve(datagram));
    } catch (error) {
      tell(formatReply(replyTo(error)));
    }
  });
  control.once('close', () => {
    closeRelay();
    inside.close();
  });
  control.once('end', () => control.destroy()).resume();
}

/** Resolves at the vantage, each name once, as a client that sends on to what it has found. Throws ENOTFOUND. */
function resolver(network: SandboxNetwork, from: NetworkOrigin): (to: SocksDatagram) => Place {
  const found = new Map<string, string>();
  return ({host, port}) => {
    const known = found.get(host);
    if (known !== undefined) return {address: known, port};
    const [address] = network.resolve(from, host);
    if (address === undefined) throw new NetworkError('ENOTFOUND', 'getaddrinfo', {address: host});
    if (found.size >= MOST_NAMES) found.clear();
    found.set(host, address);
    return {address, port};
  };
}

/** A connected socket takes datagrams of that one address only. */
function bindTo(relay: dgram.Socket, address: string, client: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    relay.once('error', reject);
    relay.bind({address, port: 0}, () => {
      relay.connect(client.port, client.address, () => {
        relay.off('error', reject);
        relay.on('error', () => undefined); // nobody listens at the client's port any more: its TCP connection will tell
        resolve();
      });
    });
  });
}

function closingOnce(relay: dgram.Socket): () => void {
  let open = true;
  return () => {
    if (open) relay.close();
    open = false;
  };
}
