import {connect as connectTcp, type Socket} from 'node:net';
import {connect as connectTls} from 'node:tls';

export interface RawAnswer {
  /** All that came back. */
  readonly bytes: Buffer;
  /** Whether the server ended the connection by itself before the client gave up waiting. */
  readonly closed: boolean;
}

/** Sends bytes over a fresh connection to 127.0.0.1 and gathers what comes back until the other side ends it or is quiet for a while. */
export function sendRaw(
  port: number,
  bytes: Buffer,
  {tls = false, quietMs = 150}: {tls?: boolean; quietMs?: number} = {},
): Promise<RawAnswer> {
  const {promise, resolve} = Promise.withResolvers<RawAnswer>();
  const socket: Socket = tls ? connectTls({host: '127.0.0.1', port, rejectUnauthorized: false}) : connectTcp({host: '127.0.0.1', port});
  const chunks: Buffer[] = [];
  const finish = (closed: boolean): void => {
    clearTimeout(quiet);
    socket.destroy();
    resolve({bytes: Buffer.concat(chunks), closed});
  };
  const quiet = setTimeout(() => finish(false), 10_000);
  const wait = (): void => {
    clearTimeout(quiet);
    patience?.refresh();
  };
  let patience: NodeJS.Timeout | null = null;
  socket.once(tls ? 'secureConnect' : 'connect', () => {
    patience = setTimeout(() => finish(false), quietMs);
    wait();
    socket.write(bytes);
  });
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wait();
  });
  // a reset is one of the right answers to nonsense
  socket
    .on('error', () => undefined)
    .once('close', () => {
      if (patience !== null) clearTimeout(patience);
      finish(true);
    });
  return promise;
}
