import {finished, PassThrough, type Readable, Writable} from 'node:stream';
import type {WebSocket} from 'ws';
import type {ExecExit} from '../../pod-runtime.ts';

/** Channels of remotecommand (v4.channel.k8s.io and v5.channel.k8s.io): the first byte of each message. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
/** v5: the second byte names the channel that ends. */
const CLOSE = 255;

/** Input that waits for its reader makes the client wait too. */
const INPUT_LIMIT = 1024 * 1024;
/** Output that waits for the client makes the program wait too. */
const OUTPUT_LIMIT = 1024 * 1024;

export interface ExecChannels {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly resize: AsyncIterable<{readonly width: number; readonly height: number}>;
  /** Sends how it ended, and closes. */
  finish(exit: ExecExit): Promise<void>;
}

/** The streams of one exec or attach over a WebSocket. */
export function openExecChannels(socket: WebSocket): ExecChannels {
  const stdin = new PassThrough();
  const stdout = channelWriter(socket, STDOUT);
  const stderr = channelWriter(socket, STDERR);
  const resize = new PassThrough({objectMode: true});
  socket.on('message', (data: Buffer, binary) => {
    if (!binary || data.length === 0) return;
    receive(data);
  });
  socket.on('close', () => {
    stdin.end();
    resize.end();
  });
  socket.on('error', () => socket.terminate());

  function receive(data: Buffer): void {
    const payload = data.subarray(1);
    switch (data[0]) {
      case STDIN:
        if (stdin.writableEnded) return;
        stdin.write(payload);
        if (stdin.writableLength + stdin.readableLength > INPUT_LIMIT) pauseUntilRead();
        return;
      case RESIZE:
        pushSize(payload);
        return;
      case CLOSE:
        if (payload[0] === STDIN) stdin.end();
        return;
      default:
      // clients write nowhere else
    }
  }

  function pauseUntilRead(): void {
    socket.pause();
    stdin.once('drain', () => socket.resume());
  }

  function pushSize(payload: Buffer): void {
    const size = readSize(payload);
    if (size !== null && !resize.writableEnded) resize.write(size);
  }

  return {
    stdin,
    stdout,
    stderr,
    resize,
    async finish(exit) {
      // what the program wrote last goes out before how it ended
      await Promise.all([flushed(stdout), flushed(stderr)]);
      await sendMessage(socket, STATUS, Buffer.from(JSON.stringify(statusOf(exit))));
      socket.close(1000);
    },
  };
}

function channelWriter(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write(chunk: Buffer, _, done) {
      void sendMessage(socket, channel, chunk).then(() => done());
    },
  });
}

function flushed(writer: Writable): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  finished(writer, {readable: false}, () => resolve());
  writer.end();
  return promise;
}

/** Resolves when the client keeps up, or is gone. */
function sendMessage(socket: WebSocket, channel: number, payload: Uint8Array): Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>();
  if (socket.readyState !== socket.OPEN) return Promise.resolve();
  const lagging = socket.bufferedAmount > OUTPUT_LIMIT;
  socket.send(Buffer.concat([Buffer.of(channel), payload]), {binary: true}, () => resolve());
  if (!lagging) resolve();
  return promise;
}

/** kubectl writes `Width`, the JavaScript client `width`: names of fields are matched as Go matches them, whatever their case. */
function readSize(payload: Buffer): {width: number; height: number} | null {
  try {
    const told = Object.entries(JSON.parse(payload.toString()) as object).map(
      ([name, value]) => [name.toLowerCase(), Number(value)] as const,
    );
    const {width = Number.NaN, height = Number.NaN} = Object.fromEntries(told);
    return Number.isInteger(width) && Number.isInteger(height) ? {width, height} : null;
  } catch {
    // a size that cannot be read changes nothing
    return null;
  }
}

function statusOf(exit: ExecExit): object {
  if (exit.kind === 'failed') {
    // the container runtime says so first, and whoever translates its stream says it again
    const told = `Internal error occurred: ${exit.message}`;
    return {
      metadata: {},
      status: 'Failure',
      message: `Internal error occurred: ${told}`,
      reason: 'InternalError',
      code: 500,
      details: {causes: [{message: told}]},
    };
  }
  if (exit.exitCode === 0) return {metadata: {}, status: 'Success'};
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exit.exitCode}`,
    reason: 'NonZeroExitCode',
    details: {causes: [{reason: 'ExitCode', message: String(exit.exitCode)}]},
  };
}
