import type {Duplex} from 'node:stream';

export interface DnsStreamOptions {
  /** A connection that completes no message for so long is cut off, however slowly bytes drip in. Ten seconds by default. */
  readonly idleMs?: number;
}

const LENGTH_BYTES = 2;

/**
 * Serves DNS over a connection: messages with two bytes of length before each (RFC 1035 section 4.2.2), any number of them without
 * waiting for answers (RFC 7766), answered in order. A message that deserves no answer ends the connection. What is held in memory is
 * at most what
 * came in one read and one answer: while the client does not take its answers, nothing more is read or answered.
 */
export function serveDnsStream(stream: Duplex, reply: (message: Buffer) => Buffer | null, {idleMs = 10_000}: DnsStreamOptions = {}): void {
  let pending: Buffer = Buffer.alloc(0);
  let blocked = false;
  const deadline = setTimeout(() => stream.destroy(), idleMs);
  const answerPending = () => {
    for (let message = firstMessage(pending); message !== null && !blocked; message = firstMessage(pending)) {
      pending = pending.subarray(LENGTH_BYTES + message.length);
      const answer = message.length === 0 ? null : reply(message);
      if (answer === null) return void stream.destroy();
      deadline.refresh();
      blocked = !stream.write(framed(answer));
    }
    if (blocked) stream.pause();
    else stream.resume();
  };
  stream.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    answerPending();
  });
  stream.on('drain', () => {
    blocked = false;
    answerPending();
  });
  stream.on('end', () => stream.end());
  // a client that goes away in the middle is everyday; `close` follows and cleans up
  stream.on('error', () => stream.destroy());
  stream.on('close', () => clearTimeout(deadline));
}

function firstMessage(bytes: Buffer): Buffer | null {
  if (bytes.length < LENGTH_BYTES) return null;
  const end = LENGTH_BYTES + bytes.readUInt16BE(0);
  return bytes.length < end ? null : bytes.subarray(LENGTH_BYTES, end);
}

function framed(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + message.length);
  frame.writeUInt16BE(message.length, 0);
  message.copy(frame, LENGTH_BYTES);
  return frame;
}
