import type {Socket} from 'node:net';
import type {Connection} from '../../model/index.ts';
import type {Admission} from './admit.ts';
import {masqueradePort} from './masquerade.ts';
import {type NetworkHost, track} from './network-host.ts';
import type {DataPlane, Target} from './plane.ts';
import {createStreamPair, type SocketAddresses, type VirtualSocket} from './virtual-socket.ts';
import type {Wire} from './wire.ts';

/** Told of a program that threw while it took a connection or a datagram. */
export type OnListenerError = (error: unknown, endpoint: {readonly address: string; readonly port: number}) => void;

/** Makes the connection within the process: hands its far end to the listener, gives back the client's. */
export function openVirtual(
  plane: DataPlane,
  wire: Wire,
  admission: Admission,
  target: Target,
  from: NetworkHost,
  onError: OnListenerError,
): VirtualSocket {
  const clientPort = from.listeners.takeEphemeral();
  const client = {
    localAddress: admission.client,
    localPort: clientPort,
    remoteAddress: target.address,
    remotePort: target.port,
  };
  const [near, far] = createStreamPair(
    wire,
    client,
    serverSide(plane, admission, () => clientPort),
  );
  near.once('close', () => from.listeners.giveBack(clientPort));
  track(from, near);
  handTo(admission, far, onError);
  return near;
}

/**
 * Hands a socket of the host's own network to the listener as it is, with the addresses of the virtual network shown on it:
 * no byte is copied on the way.
 */
export function handOverSocket(plane: DataPlane, admission: Admission, socket: Socket, onError: OnListenerError): void {
  disguise(
    socket,
    serverSide(plane, admission, () => socket.remotePort ?? 0),
  );
  // What one client does to its connection must not end a process that serves many; listeners add their own handlers.
  socket.on('error', () => undefined);
  handTo(admission, socket, onError);
}

function handTo(admission: Admission, connection: Connection & {resetAndDestroy(): unknown}, onError: OnListenerError): void {
  track(admission.host, connection);
  try {
    admission.onConnection(connection);
  } catch (error) {
    connection.resetAndDestroy();
    onError(error, admission.endpoint);
  }
}

function serverSide(plane: DataPlane, admission: Admission, clientPort: () => number): SocketAddresses {
  return {
    localAddress: admission.endpoint.address,
    localPort: admission.endpoint.port,
    remoteAddress: admission.source,
    remotePort: admission.rewritten ? masqueradePort(plane.random()) : clientPort(),
  };
}

function disguise(socket: Socket, addresses: SocketAddresses): void {
  const family = (address: string): string => (address.includes(':') ? 'IPv6' : 'IPv4');
  const shown = {
    ...addresses,
    remoteFamily: family(addresses.remoteAddress),
    localFamily: family(addresses.localAddress),
  };
  for (const [name, value] of Object.entries(shown)) Object.defineProperty(socket, name, {value, configurable: true});
}
