import {duplexPair} from 'node:stream';
import type {Connection, ProgramContext, ProgramFiles, ProgramNetwork} from '../../src/model/index.ts';

type Accept = (connection: Connection) => void;

/** A small network in memory: hosts by name or address, listeners by port, connections as stream pairs with addresses. */
export class MemoryNetwork {
  readonly #listeners = new Map<string, Accept>();
  #lastPort = 40_000;

  /** The network as the host at `address` has it; other hosts call it by `name` too. */
  host(address: string, name = address): ProgramNetwork {
    const key = (host: string, port: number): string => `${isOwn(host) ? address : host}|${port}`;
    const isOwn = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '::1' || host === name;
    return {
      listen: ({port}, accept) => {
        const chosen = port === 0 ? this.#nextPort() : port;
        const keys = [`${address}|${chosen}`, `${name}|${chosen}`];
        if (this.#listeners.has(keys[0] ?? '')) throw failure('EADDRINUSE', `listen EADDRINUSE :::${chosen}`);
        for (const each of keys) this.#listeners.set(each, accept);
        return {port: chosen, close: () => void keys.map((each) => this.#listeners.delete(each))};
      },
      connect: async ({host, port}, {signal} = {}) => {
        signal?.throwIfAborted();
        const accept = this.#listeners.get(key(host, port));
        if (accept === undefined) throw failure('ECONNREFUSED', `connect ECONNREFUSED ${host}:${port}`);
        const [here, there] = duplexPair() as unknown as [Connection, Connection];
        const from = this.#nextPort();
        Object.assign(here, {localAddress: address, localPort: from, remoteAddress: host, remotePort: port});
        Object.assign(there, {localAddress: host, localPort: port, remoteAddress: isOwn(host) ? '127.0.0.1' : address, remotePort: from});
        tie(here, there);
        tie(there, here);
        accept(there);
        return here;
      },
      lookup: async (host) => {
        if (host === 'nobody') throw failure('ENOTFOUND', `getaddrinfo ENOTFOUND ${host}`);
        return [host];
      },
    };
  }

  #nextPort(): number {
    this.#lastPort += 1;
    return this.#lastPort;
  }
}

/** An end that is destroyed takes the other one with it, as a reset does. */
function tie(one: Connection, other: Connection): void {
  one.once('close', () => setImmediate(() => other.destroy()));
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), {code});
}

/** Files in memory. `volumes` are folders of this machine that stand for mounted volumes. */
export function memoryFiles(initial: Readonly<Record<string, string>>, volumes: Readonly<Record<string, string>> = {}): ProgramFiles {
  const files = new Map<string, Buffer>(Object.entries(initial).map(([path, text]) => [path, Buffer.from(text)]));
  const folders = new Set<string>(['/', ...Object.keys(volumes)]);
  const modifiedMs = Date.UTC(2026, 0, 2, 3, 4, 5);
  const isFolder = (path: string): boolean => folders.has(path) || [...files.keys()].some((file) => file.startsWith(`${path}/`));
  const get = (path: string): Buffer => {
    const content = files.get(path);
    if (content !== undefined) return content;
    throw isFolder(path) ? failure('EISDIR', `EISDIR: ${path}`) : failure('ENOENT', `ENOENT: no such file or directory, open '${path}'`);
  };
  return {
    read: get,
    readText: (path) => get(path).toString('utf8'),
    write: (path, content) => void files.set(path, Buffer.from(content as string)),
    append: (path, content) => void files.set(path, Buffer.concat([files.get(path) ?? Buffer.alloc(0), Buffer.from(content as string)])),
    exists: (path) => files.has(path) || isFolder(path),
    stat: (path) => {
      if (!files.has(path) && isFolder(path)) return {type: 'directory', size: 0, modifiedMs, mode: 0o755};
      return {type: 'file', size: get(path).length, modifiedMs, mode: 0o644};
    },
    list: (path) => {
      if (!isFolder(path)) throw failure('ENOENT', `ENOENT: no such file or directory, scandir '${path}'`);
      const inside = [...files.keys()].filter((file) => file.startsWith(path === '/' ? '/' : `${path}/`));
      return [...new Set(inside.map((file) => file.slice(path === '/' ? 1 : path.length + 1).split('/')[0] ?? ''))];
    },
    makeDirectory: (path) => void folders.add(path),
    remove: (path) => void files.delete(path),
    hostPath: (path) => {
      const volume = Object.keys(volumes).find((mount) => path.startsWith(`${mount}/`));
      return volume === undefined ? null : `${volumes[volume]}${path.slice(volume.length)}`;
    },
  };
}

export interface RunningProgram {
  readonly context: ProgramContext;
  readonly exited: Promise<number>;
  /** What it has written so far, both streams. */
  output(): string;
  signalled(name: 'SIGTERM' | 'SIGINT' | 'SIGHUP'): void;
  kill(): void;
  /** Sends a line to its standard input. */
  type(line: string): void;
}

export interface ProgramHost {
  readonly network: ProgramNetwork;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly hostname?: string;
  readonly files?: ProgramFiles;
}

/** Runs a program on such a host. */
export function runProgram(program: (context: ProgramContext) => Promise<number>, host: ProgramHost): RunningProgram {
  const killed = new AbortController();
  const handlers = new Map<string, () => void>();
  let written = '';
  const take = (text: string | Uint8Array): void => {
    written += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
  };
  const [stdin, typing] = duplexPair();
  const context: ProgramContext = {
    args: host.args ?? ['program'],
    env: host.env ?? {},
    hostname: host.hostname ?? 'pod-1',
    workingDir: '/',
    files: host.files ?? memoryFiles({}),
    network: host.network,
    stdin,
    stdout: take,
    stderr: take,
    onSignal: (name, handler) => void handlers.set(name, handler),
    signal: killed.signal,
    sleep: (ms) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, ms);
        killed.signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(killed.signal.reason);
        });
      }),
  };
  return {
    context,
    exited: program(context),
    output: () => written,
    signalled: (name) => handlers.get(name)?.(),
    kill: () => killed.abort(),
    type: (line) => void typing.write(`${line}\n`),
  };
}

/** Waits until the condition gives something true; fails after the deadline with what it gave last. */
export async function eventually<T>(condition: () => T | Promise<T>, deadlineMs = 5000): Promise<NonNullable<T>> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${deadlineMs} ms in vain: ${String(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
