import dgram from 'node:dgram';
import net from 'node:net';
import {Duplex} from 'node:stream';
import {DialError, type DialTarget} from './dial.ts';
import {type DialedFlow, type DialUdp, udpError} from './dial-udp.ts';
import {askDoor, type Bound, readReply, type Socks5Door} from './socks5-conversation.ts';
import {datagramPayload, formatDatagramHeader, formatRequest} from './socks5-messages.ts';

/**
 * A UDP association of its own for each flow (RFC 1928 section 7), from the vantage that the user name chooses. The sandbox's door tells on the
 * association's TCP connection what became of the flow, in replies as to a CONNECT: the endpoint before its first answer, and what came back
 * as the stream's error. Rejects as `askDoor` does.
 */
export function dialUdpSocks5(door: Socks5Door): DialUdp {
  return async (target, options = {}) => {
    const header = formatDatagramHeader(target);
    const socket = dgram.createSocket(net.isIPv6(door.host) ? 'udp6' : 'udp4');
    let control: net.Socket | null = null;
    try {
      const {address, port} = await boundTo(socket, net.isIPv6(door.host) ? '::1' : '127.0.0.1');
      const asked = await askDoor(door, formatRequest('associate', {host: address, port}), target, options);
      control = asked.socket.on('error', () => undefined); // its end says the same
      await connectedTo(socket, asked.bound);
      return flowThrough({socket, control, header, target});
    } catch (error) {
      socket.close();
      control?.destroy();
      throw error;
    }
  };
}

interface Association {
  readonly socket: dgram.Socket;
  readonly control: net.Socket;
  readonly header: Buffer;
  readonly target: DialTarget;
}

function flowThrough({socket, control, header, target}: Association): DialedFlow {
  let endpoint: Bound = null;
  const early: Buffer[] = [];
  const flow = new Duplex({
    readableObjectMode: true, // a datagram stays one
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) =>
      socket.send([header, bytes], (error) => done(error === null ? null : udpError(error, target))),
    destroy: (error, done) => {
      control.destroy();
      socket.close(() => done(error));
    },
  });
  socket.on('message', (bytes) => {
    const payload = datagramPayload(bytes);
    if (payload === null) return;
    // sent after the reply that names the endpoint, but read from another socket
    if (endpoint === null) early.push(payload);
    else flow.push(payload);
  });
  socket.on('error', (error) => flow.destroy(udpError(error, target)));
  const hear = async (): Promise<never> => {
    for (;;) {
      endpoint = await readReply(control, target);
      for (const payload of early.splice(0)) flow.push(payload);
    }
  };
  control.once('close', () => flow.destroy(new DialError('ECONNRESET', 'the door ended the association')));
  hear().catch((error: unknown) => flow.destroy(error instanceof Error ? error : new Error(String(error))));
  return {
    socket: flow,
    get endpoint() {
      return endpoint;
    },
    sourceSeen: null,
  };
}

function boundTo(socket: dgram.Socket, address: string): Promise<net.AddressInfo> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({address, port: 0}, () => {
      socket.off('error', reject);
      resolve(socket.address());
    });
  });
}

/** To the relay, which alone is listened to from here on. */
function connectedTo(socket: dgram.Socket, relay: Bound): Promise<void> {
  if (relay === null) throw new DialError('EPROTO', 'the door does not say where its relay is');
  return new Promise((resolve, reject) => {
    socket.connect(relay.port, relay.address, (error?: Error) => (error ? reject(error) : resolve()));
  });
}
