import dgram from 'node:dgram';
import {once} from 'node:events';
import type {DatagramSocket} from './datagrams.ts';
import type {SandboxNetwork} from './network.ts';

/** A client that has been silent this long is forgotten where there are many, as connection tracking forgets a flow. */
const IDLE_MS = 120_000;
/** So many clients have a socket of their own inside; beyond that the one that has been silent longest loses it. */
const MOST_CLIENTS = 1_024;
/** Answers that may wait for room in the host's socket; what comes beyond that is lost, as with any full socket. */
const MOST_WAITING_BYTES = 256 * 1024;

interface Client {
  readonly inside: DatagramSocket;
  lastAt: number;
}

/**
 * One UDP port of the host's loopback that stands for a node port: each client gets a socket outside the cluster, so that its datagrams keep to one
 * endpoint and answers come back to it. What is refused or dropped inside is lost: no program can send the host's ICMP.
 *
 * Rejects with the error of the host's socket where the port cannot be bound.
 */
export async function bindHostDatagrams(network: SandboxNetwork, host: string, port: number): Promise<{close(): Promise<void>}> {
  const socket = dgram.createSocket('udp4');
  const clients = new Map<string, Client>();
  socket.bind({address: host, port, exclusive: true});
  try {
    await once(socket, 'listening');
  } catch (error) {
    socket.close(); // it is tried again: one that could not be bound must not stay
    throw error;
  }
  socket.on('error', () => undefined); // a client that is gone: nobody is left to be told
  socket.on('message', (bytes, from) => {
    const client = clientAt(from.address, from.port);
    client.lastAt = Date.now();
    try {
      client.inside.send(bytes, {address: '127.0.0.1', port});
    } catch {
      // no way leads there: lost, as on any network
    }
  });
  return {
    async close() {
      for (const {inside} of clients.values()) inside.close();
      clients.clear();
      const closed = once(socket, 'close');
      socket.close();
      await closed;
    },
  };

  /** The last to have sent stands last. */
  function clientAt(address: string, clientPort: number): Client {
    const key = `${address} ${clientPort}`;
    const client = clients.get(key) ?? opened(address, clientPort);
    clients.delete(key);
    clients.set(key, client);
    return client;
  }

  function opened(address: string, clientPort: number): Client {
    forgetSilent();
    const inside = network.openDatagram(
      {kind: 'Outside'},
      {
        onMessage: (answer) => {
          if (socket.getSendQueueSize() <= MOST_WAITING_BYTES) socket.send(answer, clientPort, address, () => undefined);
        },
      },
    );
    return {inside, lastAt: Date.now()};
  }

  function forgetSilent(): void {
    const oldest = Date.now() - IDLE_MS;
    for (const [key, client] of clients) {
      if (client.lastAt > oldest && clients.size < MOST_CLIENTS) return;
      client.inside.close();
      clients.delete(key);
    }
  }
}
