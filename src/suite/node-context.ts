import {lookup} from 'node:dns/promises';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import type {Connection, ProgramContext, ProgramFiles, ProgramNetwork} from '../model/index.ts';

interface NodeContextOptions {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The address to listen on; all of them where it is left out, as in a container. */
  readonly listenHost?: string;
  /** Told of a port that cannot be had: Node finds that out only after `listen` has returned. Thrown where it is left out. */
  readonly onListenError?: (error: Error) => void;
  readonly stdin?: AsyncIterable<Uint8Array>;
  readonly stdout?: (text: string | Uint8Array) => void;
  readonly stderr?: (text: string | Uint8Array) => void;
  /** Cuts the program off, for a host that goes on after it. */
  readonly signal?: AbortSignal;
}

/** A program's surroundings on plain Node: the machine's own files and network. What a suite program runs on in a real cluster. */
export function nodeContext(options: NodeContextOptions): ProgramContext {
  const signal = options.signal ?? new AbortController().signal;
  const env = Object.fromEntries(Object.entries(options.env).filter((entry): entry is [string, string] => entry[1] !== undefined));
  return {
    args: options.args,
    env,
    hostname: os.hostname(),
    workingDir: process.cwd(),
    files: nodeFiles,
    network: nodeNetwork(options),
    stdin: options.stdin ?? process.stdin,
    stdout: options.stdout ?? ((text) => void process.stdout.write(text)),
    stderr: options.stderr ?? ((text) => void process.stderr.write(text)),
    onSignal: (name, handler) => void process.on(name, handler),
    signal,
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(signal.reason);
        });
      }),
  };
}

const nodeFiles: ProgramFiles = {
  read: (path) => fs.readFileSync(path),
  readText: (path) => fs.readFileSync(path, 'utf8'),
  write: (path, content) => fs.writeFileSync(path, content),
  append: (path, content) => fs.appendFileSync(path, content),
  exists: (path) => fs.existsSync(path),
  stat: (path) => {
    const {size, mtimeMs, mode, isDirectory} = describeFile(path);
    return {type: isDirectory ? 'directory' : 'file', size, modifiedMs: mtimeMs, mode};
  },
  list: (path) => fs.readdirSync(path),
  makeDirectory: (path) => void fs.mkdirSync(path, {recursive: true}),
  remove: (path) => fs.rmSync(path, {recursive: true}),
  hostPath: (path) => path,
};

function describeFile(path: string) {
  const stats = fs.statSync(path);
  return {size: stats.size, mtimeMs: stats.mtimeMs, mode: stats.mode & 0o7777, isDirectory: stats.isDirectory()};
}

function nodeNetwork({listenHost, onListenError}: NodeContextOptions): ProgramNetwork {
  return {
    listen({port, host = listenHost}, onConnection) {
      const server = net.createServer(onConnection);
      if (onListenError) server.on('error', onListenError);
      server.listen({port, ...(host === undefined ? {} : {host})});
      return {
        get port() {
          const address = server.address();
          return typeof address === 'object' && address !== null ? address.port : port;
        },
        close: () => void server.close(),
      };
    },
    connect: ({host, port}, {signal, timeoutMs} = {}) =>
      new Promise((resolve, reject) => {
        const socket: Connection & net.Socket = net.connect({host, port, ...(signal ? {signal} : {})});
        if (timeoutMs !== undefined) {
          socket.setTimeout(timeoutMs, () =>
            socket.destroy(Object.assign(new Error(`connect ETIMEDOUT ${host}:${port}`), {code: 'ETIMEDOUT'})),
          );
        }
        socket.once('error', reject);
        socket.once('connect', () => {
          socket.setTimeout(0);
          socket.off('error', reject);
          resolve(socket);
        });
      }),
    async lookup(name, family) {
      const found = await lookup(name, {all: true, family: family ?? 0});
      return found.map(({address}) => address);
    },
  };
}
