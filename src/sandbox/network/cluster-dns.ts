import type {Duplex} from 'node:stream';
import {serveDnsStream} from './dns-server.ts';
import type {SandboxNetwork} from './network.ts';

/** Answers one DNS message, as `DnsServer.answer` does; null for what deserves none. */
export type AnswerMessage = (message: Uint8Array, transport: 'udp' | 'tcp') => Buffer | null;

const DNS_PORT = 53;

/** Puts cluster DNS on the virtual network, at port 53 of these addresses over UDP and TCP. */
export function serveClusterDns(network: SandboxNetwork, addresses: readonly string[], answer: AnswerMessage): {close(): void} {
  const open = addresses.flatMap((address) => {
    const socket = network.openDatagramAt(address, {
      port: DNS_PORT,
      onMessage: (message, from) => {
        const reply = answer(message, 'udp');
        if (reply !== null) socket.send(reply, from);
      },
    });
    const listener = network.listenAt(address, DNS_PORT, (connection: Duplex) =>
      serveDnsStream(connection, (message) => answer(message, 'tcp')),
    );
    return [socket, listener];
  });
  return {
    close() {
      for (const each of open) each.close();
    },
  };
}
