import net from 'node:net';
import {hostPort} from '../ip/index.ts';
import {connected, type Dial, DialError, type DialOptions, type DialTarget, guardDial} from './dial.ts';

/** Dials from this very machine. What lies behind the address, and what source the server sees, cannot be told from here. */
export function dialDirect(): Dial {
  return async (target, options = {}) => {
    options.signal?.throwIfAborted();
    const {inlet} = options;
    const socket = net.connect({
      host: target.host,
      port: target.port,
      noDelay: true,
      ...(inlet === undefined ? {} : {onread: intoInlet(inlet)}),
    });
    const release = guardDial(socket, target, options);
    try {
      await connected(socket);
    } catch (error) {
      socket.destroy();
      throw dialError(error, target);
    } finally {
      release();
    }
    return {socket, endpoint: null, sourceSeen: null, intoInlet: inlet !== undefined};
  };
}

function intoInlet(inlet: NonNullable<DialOptions['inlet']>): net.OnReadOpts {
  return {
    buffer: inlet.buffer,
    callback: (count) => {
      inlet.onRead(count);
      return true;
    },
  };
}

/** A system's error as ours, with its code; what the caller gave up on stays as it is. */
function dialError(error: unknown, target: DialTarget): unknown {
  if (error instanceof DialError || !(error instanceof Error) || !('syscall' in error || error instanceof AggregateError)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'ECONNABORTED';
  return new DialError(code, `cannot connect to ${hostPort(target.host, target.port)}: ${code}`, error);
}
