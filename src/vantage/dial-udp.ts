import dgram from 'node:dgram';
import net from 'node:net';
import {Duplex} from 'node:stream';
import {hostPort} from '../ip/index.ts';
import {DialError, type DialOptions, type DialTarget} from './dial.ts';

/** Opens a flow of datagrams: each write sends one, each `data` event brings one. */
export type DialUdp = (target: DialTarget, options?: DialOptions) => Promise<DialedFlow>;

export interface DialedFlow {
  readonly socket: Duplex;
  /** The endpoint that the flow reached after destination NAT, once something was sent; null where the vantage cannot tell. */
  readonly endpoint: {readonly address: string; readonly port: number} | null;
  readonly sourceSeen: string | null;
}

/**
 * A UDP socket of its own for each flow, from this very machine. Connected, it hears of nobody but the target, and of a port that nobody
 * listens at: an error of the stream, since over UDP that shows only once something was sent.
 */
export function dialUdp(): DialUdp {
  return async (target, {signal, timeoutMs = 10_000} = {}) => {
    signal?.throwIfAborted();
    const socket = dgram.createSocket(net.isIPv6(target.host) ? 'udp6' : 'udp4');
    try {
      await connectedTo(socket, target, timeoutMs);
    } catch (error) {
      socket.close();
      throw error;
    }
    return {socket: flowOf(socket, target), endpoint: null, sourceSeen: null};
  };
}

/** Only a name takes time to connect to: it is looked up first. */
function connectedTo(socket: dgram.Socket, target: DialTarget, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new DialError('ETIMEDOUT', `${target.host} was not resolved within ${timeoutMs} ms`)), timeoutMs);
    const failed = (error: Error): void => {
      clearTimeout(late);
      reject(udpError(error, target));
    };
    socket.once('error', failed);
    socket.connect(target.port, target.host, () => {
      clearTimeout(late);
      socket.off('error', failed);
      resolve();
    });
  });
}

function flowOf(socket: dgram.Socket, target: DialTarget): Duplex {
  const flow = new Duplex({
    readableObjectMode: true, // a datagram stays one
    read: () => undefined,
    write: (bytes: Buffer, _encoding, done) => socket.send(bytes, (error) => done(error === null ? null : udpError(error, target))),
    destroy: (error, done) => socket.close(() => done(error)),
  });
  socket.on('message', (bytes) => flow.push(bytes));
  socket.on('error', (error) => flow.destroy(udpError(error, target)));
  return flow;
}

/** A failure as the codes of Node tell it. */
export function udpError(error: Error, target: DialTarget): DialError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ECONNABORTED';
  return new DialError(code, `no datagrams to ${hostPort(target.host, target.port)}: ${code}`, error);
}
