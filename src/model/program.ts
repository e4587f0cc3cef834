import type {Duplex} from 'node:stream';

/**
 * A program that runs in a container: in the sandbox on the virtual network and the container's files,
 * in a real cluster on Node's own. It ends with an exit code; it ends early when `signal` is aborted (SIGKILL).
 */
export type Program = (context: ProgramContext) => Promise<number>;

export interface ProgramContext {
  /** The whole command line, program name first. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly workingDir: string;
  readonly files: ProgramFiles;
  readonly network: ProgramNetwork;
  readonly stdin: AsyncIterable<Uint8Array>;
  stdout(text: string | Uint8Array): void;
  stderr(text: string | Uint8Array): void;
  /** Called for SIGTERM, SIGINT, SIGHUP. A program without a handler for it is ended by SIGTERM (exit code 143), as a process is. */
  onSignal(name: 'SIGTERM' | 'SIGINT' | 'SIGHUP', handler: () => void): void;
  /** SIGKILL: what still runs is cut off. */
  readonly signal: AbortSignal;
  /** Resolves after `ms`; rejects when the program is killed. */
  sleep(ms: number): Promise<void>;
}

/** The container's files. Paths are absolute, of the container; errors carry Node's codes (ENOENT, EROFS, EISDIR, …). */
export interface ProgramFiles {
  read(path: string): Uint8Array;
  readText(path: string): string;
  write(path: string, content: string | Uint8Array): void;
  append(path: string, content: string | Uint8Array): void;
  exists(path: string): boolean;
  stat(path: string): {readonly type: 'file' | 'directory'; readonly size: number; readonly modifiedMs: number; readonly mode: number};
  list(path: string): readonly string[];
  makeDirectory(path: string): void;
  remove(path: string): void;
  /** Where a file of a volume really lies, for a database library that opens it by itself; null where the path is in no writable volume. */
  hostPath(path: string): string | null;
}

/** The pod's network: all containers of a pod share one, loopback included. */
export interface ProgramNetwork {
  /** Listens for TCP; port 0 picks a free one. Throws EADDRINUSE. */
  listen(options: {port: number; host?: string}, onConnection: (connection: Connection) => void): Listener;
  /** Opens a TCP connection to an address or a name (resolved as the pod resolves). Rejects with ECONNREFUSED, ETIMEDOUT, ENOTFOUND, ENETUNREACH, EHOSTUNREACH. */
  connect(target: {host: string; port: number}, options?: {signal?: AbortSignal; timeoutMs?: number}): Promise<Connection>;
  /** Addresses of a name, as the pod's resolver gives them. Rejects with ENOTFOUND. */
  lookup(name: string, family?: 4 | 6): Promise<readonly string[]>;
  /** Opens a UDP socket; port 0 or none picks a free one. Throws EADDRINUSE. Absent where only streams are carried. */
  openDatagram?(options: DatagramOptions): DatagramSender;
}

export interface DatagramOptions {
  readonly port?: number;
  readonly onMessage: (bytes: Uint8Array, from: {readonly address: string; readonly port: number}) => void;
  /** Where nobody listens: an earlier datagram came back, as ICMP tells it. */
  readonly onRefused?: (error: Error) => void;
}

/** An open UDP socket. */
export interface DatagramSender {
  readonly port: number;
  /** To an address, not a name. */
  send(bytes: Uint8Array, to: {readonly address: string; readonly port: number}): void;
  close(): void;
}

/** A byte stream with the addresses that its two ends see, as `net.Socket` has them. */
export type Connection = Duplex & {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
};

export interface Listener {
  readonly port: number;
  close(): void;
}
