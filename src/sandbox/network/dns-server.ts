import dgram from 'node:dgram';
import net from 'node:net';
import type {AnswerOptions} from '../../dns/index.ts';
import type {ClusterView, DnsAnswer} from '../../model/index.ts';
import {answerPacket} from './dns-server-packet.ts';
import {serveDnsStream} from './dns-server-stream.ts';

export {type AnswerPacketOptions, answerPacket} from './dns-server-packet.ts';
export {type DnsStreamOptions, serveDnsStream} from './dns-server-stream.ts';

export interface DnsServerOptions extends AnswerOptions {
  /** The cluster as it is now; asked for each question. */
  readonly view: () => ClusterView;
  /** A loopback address; 127.0.0.1 by default. */
  readonly host?: string;
  /** 0, the default, takes a port that is free for both UDP and TCP. */
  readonly port?: number;
  /** Connections at a time; more are closed at once. 128 by default. */
  readonly maxConnections?: number;
  /** See DnsStreamOptions. */
  readonly idleMs?: number;
}

export interface DnsServer {
  readonly address: string;
  /** The same for UDP and TCP. */
  readonly port: number;
  /** Answers one message without a socket: the virtual network's way in, to the very same answers. */
  answer(message: Uint8Array, transport: 'udp' | 'tcp'): Buffer | null;
  close(): Promise<void>;
}

/** Tries for a port that is free in both protocols, where any port will do. */
const PORT_TRIES = 20;

/**
 * Starts the cluster's DNS on a port of this host, over UDP and TCP. TTL and pod records are those of kubeadm (30 seconds, `insecure`)
 * unless given. Rejects where the port is taken.
 */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  const {host = '127.0.0.1', port = 0, maxConnections = 128, idleMs = 10_000} = options;
  const answer = responder(options);
  const sockets = new Set<net.Socket>();
  const tcp = net.createServer({allowHalfOpen: true, noDelay: true}, (socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)));
    serveDnsStream(socket, (message) => answer(message, 'tcp'), {idleMs});
  });
  tcp.maxConnections = maxConnections;
  const udp = await bindBoth(tcp, host, port);
  udp.on('message', (message, client) => {
    const reply = answer(message, 'udp');
    // an answer that cannot be sent is lost, as datagrams may be; the client asks again: a callback would only cost a turn
    if (reply !== null) udp.send(reply, client.port, client.address);
  });
  return {
    address: host,
    port: udp.address().port,
    answer,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([new Promise<void>((done) => tcp.close(() => done())), new Promise<void>((done) => udp.close(() => done()))]);
    },
  };
}

/** Answers with a rotation that goes on from packet to packet, and a serial that is the time of the last change, as CoreDNS has it. */
function responder(options: DnsServerOptions): DnsServer['answer'] {
  let turn = 0;
  let seen: ClusterView | null = null;
  let serial = 0;
  const known = new Map<string, DnsAnswer>();
  return (message, transport) => {
    const view = options.view();
    if (view !== seen) {
      seen = view;
      known.clear();
      serial = Math.floor(Date.now() / 1000);
    }
    return answerPacket(view, message, {ttl: 30, podRecords: 'insecure', serial, ...options, transport, turn: turn++, known});
  };
}

async function bindBoth(tcp: net.Server, host: string, port: number): Promise<dgram.Socket> {
  for (let attempt = 1; ; attempt++) {
    await listen(tcp, host, port);
    try {
      return await bind(host, (tcp.address() as net.AddressInfo).port);
    } catch (error) {
      await new Promise<void>((done) => tcp.close(() => done()));
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (!taken || port !== 0 || attempt === PORT_TRIES) throw error;
    }
  }
}

function listen(tcp: net.Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    tcp.once('error', reject);
    tcp.listen({host, port}, () => {
      tcp.off('error', reject);
      resolve();
    });
  });
}

function bind(host: string, port: number): Promise<dgram.Socket> {
  return new Promise((resolve, reject) => {
    const family = net.isIPv6(host) ? 6 : 4;
    // a client's address needs no look-up, which would put off each answer and take a sixth of its time
    const udp = dgram.createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: (address, _options, done) => done(null, address, family),
    });
    const failed = (error: Error) => {
      udp.close();
      reject(error);
    };
    udp.once('error', failed);
    udp.bind({address: host, port}, () => {
      udp.off('error', failed);
      // an ICMP error for an earlier answer: nothing to do about a client that is gone
      udp.on('error', () => undefined);
      resolve(udp);
    });
  });
}
