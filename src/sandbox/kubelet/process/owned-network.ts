import type {Connection, DatagramSender, Listener, ProgramNetwork} from '../../../model/index.ts';

export interface OwnedNetwork {
  readonly network: ProgramNetwork;
  /** The process is over: its listeners close, its connections are closed, or reset where it was cut off. */
  release(how: 'close' | 'reset'): void;
}

/** A network that remembers what was opened through it, so that the end of a process closes its sockets as a kernel does. */
export function ownedNetwork(network: ProgramNetwork): OwnedNetwork {
  const listeners = new Set<Listener>();
  const connections = new Set<Connection>();
  const sockets = new Set<DatagramSender>();
  const keep = (connection: Connection) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
    return connection;
  };
  const keepSocket = (socket: DatagramSender): DatagramSender => {
    const kept = {
      ...socket,
      close: () => {
        sockets.delete(kept);
        socket.close();
      },
    };
    sockets.add(kept);
    return kept;
  };
  const openDatagram = network.openDatagram?.bind(network);
  return {
    network: {
      listen(options, onConnection) {
        const listener = network.listen(options, (connection) => onConnection(keep(connection)));
        listeners.add(listener);
        const close = () => {
          listeners.delete(listener);
          listener.close();
        };
        return {port: listener.port, close};
      },
      connect: async (target, options) => keep(await network.connect(target, options)),
      lookup: (name, family) => network.lookup(name, family),
      ...(openDatagram === undefined ? {} : {openDatagram: (options) => keepSocket(openDatagram(options))}),
    },
    release(how) {
      for (const listener of listeners) listener.close();
      for (const connection of connections) {
        if (how === 'reset' && isResettable(connection)) connection.resetAndDestroy();
        else connection.destroy();
      }
      for (const socket of sockets) socket.close();
      listeners.clear();
      sockets.clear();
    },
  };
}

function isResettable(connection: Connection): connection is Connection & {resetAndDestroy(): unknown} {
  return 'resetAndDestroy' in connection && typeof connection.resetAndDestroy === 'function';
}
