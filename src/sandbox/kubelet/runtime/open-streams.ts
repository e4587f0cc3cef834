import type {Writable} from 'node:stream';
import type {ExecOptions} from '../../pod-runtime.ts';
import type {Streams} from '../container/container-run.ts';
import {ByteQueue} from '../process/byte-queue.ts';
import {Terminal} from '../process/terminal.ts';

export interface OpenStreams extends Streams {
  /** What Ctrl-C does. */
  onInterrupt(handler: (name: 'SIGINT' | 'SIGQUIT') => void): void;
  close(): void;
}

/** A client that leaves this much unread is let go: its command's output must not fill the sandbox's memory. */
const BACKLOG_BYTES = 64 * 1024 * 1024;

/** The streams of a process over those of a client: directly, or through a terminal. */
export function openStreams(options: Omit<ExecOptions, 'command'>): OpenStreams {
  const to = (stream: Writable | null) => (bytes: Uint8Array) => {
    if (!stream?.writable) return;
    stream.write(bytes);
    if (stream.writableLength > BACKLOG_BYTES) stream.destroy(new Error('the client reads more slowly than the command writes'));
  };
  let interrupt: (name: 'SIGINT' | 'SIGQUIT') => void = () => {};
  const terminal = options.tty ? new Terminal(to(options.stdout), (name) => interrupt(name)) : null;
  if (terminal && options.resize) void terminal.follow(options.resize);
  const queue = new ByteQueue();
  const feed = (bytes: Uint8Array) => (terminal ? terminal.type(bytes) : queue.push(bytes));
  const end = () => (terminal ? terminal.end() : queue.end());
  const {stdin} = options;
  if (stdin) stdin.on('data', feed).on('end', end).on('close', end).on('error', end);
  else if (!terminal) queue.end();
  const streams = terminal?.streams() ?? {stdin: queue, stdout: to(options.stdout), stderr: to(options.stderr)};
  return {
    ...streams,
    tty: options.tty,
    onInterrupt(handler) {
      interrupt = handler;
    },
    close() {
      stdin?.off('data', feed).off('end', end).off('close', end);
      end();
    },
  };
}
