import type {Socket} from 'node:net';
import type {NetworkOrigin} from '../pod-network.ts';
import type {Entry, SandboxNetwork} from './network.ts';

/**
 * Decides a connection that came in as a socket of the host. Gives up when the client does: one that waits and ends its side with nothing
 * sent, or is reset. Early data stays in the socket's buffer for whoever gets it. Rejects as `enter` does; with an AbortError once the client
 * is gone.
 */
export async function enterFromHost(
  network: SandboxNetwork,
  from: NetworkOrigin,
  target: {readonly host: string; readonly port: number},
  socket: Socket,
): Promise<Entry> {
  const gone = new AbortController();
  const onGone = (): void => gone.abort();
  const onReadable = (): void => {
    if (socket.readableLength === 0) socket.read(0); // lets the stream notice its end
  };
  // Most connections are decided at once: only one that hangs has its client watched.
  const watching = setImmediate(() => socket.on('readable', onReadable).once('end', onGone).once('close', onGone));
  try {
    return await network.enter(from, target, {signal: gone.signal});
  } finally {
    clearImmediate(watching);
    if (socket.listeners('readable').includes(onReadable)) {
      socket.removeListener('readable', onReadable).removeListener('end', onGone).removeListener('close', onGone);
      await new Promise(setImmediate); // the stream leaves its paused mode a tick after its last 'readable' listener went
    }
  }
}

/** Errors of a client that went away have nobody left to be told to. */
export function expectVanishing(socket: Socket): void {
  socket.on('error', () => undefined);
}
