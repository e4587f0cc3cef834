import {PassThrough, type Readable, Writable} from 'node:stream';
import WebSocket from 'ws';
import {KiadaError} from '../errors.ts';
import type {KubeClient} from './client.ts';
import {errorOfStatus} from './status-error.ts';
import {openSocket} from './web-socket.ts';

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | null;
}

/** A command that runs in a container, with its streams. */
export interface ExecSession {
  /** Ending it closes the command's standard input. */
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** The exit code; rejects where the command could not be started or the connection broke. */
  readonly exit: Promise<number>;
  close(): void;
}

const PROTOCOL = 'v5.channel.k8s.io';
const CHANNEL = {stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255} as const;
/** Bytes that may wait in the socket before the writer is held back. */
const HIGH_WATER = 1024 * 1024;

/** Starts a command in a container through the API server (WebSocket, v5.channel.k8s.io). */
export function openExec(
  client: KubeClient,
  target: ExecTarget,
  command: readonly string[],
  options: {readonly stdin: boolean},
): ExecSession {
  const path = `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods/${encodeURIComponent(target.pod)}/exec`;
  const query = new URLSearchParams({
    stdout: 'true',
    stderr: 'true',
    ...(options.stdin ? {stdin: 'true'} : {}),
    ...(target.container ? {container: target.container} : {}),
  });
  for (const word of command) query.append('command', word);
  const socket = openSocket(client, `${path}?${query}`, PROTOCOL);
  const opened = new Promise<void>((resolve) => socket.once('open', resolve));
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const exit = exitOf(socket, {stdout, stderr}, target, path);
  exit
    .catch(() => {})
    .finally(() => {
      stdout.end();
      stderr.end();
      socket.terminate();
    });
  return {stdin: stdinOf(socket, opened), stdout, stderr, exit, close: () => socket.terminate()};
}

function stdinOf(socket: WebSocket, opened: Promise<void>): Writable {
  const send = (channel: number, data: Uint8Array) =>
    socket.readyState === WebSocket.OPEN && socket.send(Buffer.concat([Buffer.from([channel]), data]));
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      opened.then(() => {
        send(CHANNEL.stdin, chunk);
        if (socket.bufferedAmount < HIGH_WATER) done();
        else setTimeout(done, 5); // ws tells of no drain; the peer reads in its own time
      }, done);
    },
    final(done) {
      opened.then(() => {
        send(CHANNEL.close, Buffer.from([CHANNEL.stdin]));
        done();
      }, done);
    },
  });
}

function exitOf(socket: WebSocket, streams: {stdout: PassThrough; stderr: PassThrough}, target: ExecTarget, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.on('message', (data: Buffer) => {
      const body = data.subarray(1);
      if (data[0] === CHANNEL.stdout) streams.stdout.write(body);
      else if (data[0] === CHANNEL.stderr) streams.stderr.write(body);
      else if (data[0] === CHANNEL.status) settle(body.toString('utf8'), resolve, reject);
    });
    socket.on('unexpected-response', (_request, response) => {
      reject(errorOfStatus(response.statusCode ?? 0, `exec refused: HTTP ${response.statusCode}`, {path}));
    });
    socket.on('error', (error) => reject(new KiadaError('UNREACHABLE', `exec in ${target.pod} failed: ${error.message}`, {cause: error})));
    socket.on('close', () => reject(new KiadaError('UNREACHABLE', `exec in ${target.pod} ended without a status`)));
  });
}

interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly details?: {readonly causes?: readonly {readonly reason?: string; readonly message?: string}[]};
}

function settle(text: string, resolve: (code: number) => void, reject: (error: unknown) => void): void {
  const status = parseStatus(text);
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (status.status === 'Success' || code !== undefined) resolve(Number(code ?? 0));
  else reject(new KiadaError('UNKNOWABLE', status.message ?? 'the command could not be run'));
}

function parseStatus(text: string): ExecStatus {
  try {
    return JSON.parse(text) as ExecStatus;
  } catch {
    return {message: `the server ended the command with a status that is no JSON: ${text.slice(0, 100)}`};
  }
}
