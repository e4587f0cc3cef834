import type {Connection} from '../../model/index.ts';
import {NetworkError} from './network-error.ts';

export type OnConnection = (connection: Connection) => void;

interface Bound<Taker> {
  readonly host: string;
  readonly port: number;
  readonly taker: Taker;
}

/** First of the ports that a kernel gives to clients by default (`ip_local_port_range`), and how many there are. */
const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_COUNT = 28_232;

/** The ports of one network namespace for one protocol: who listens where, and the ports of its own outgoing connections. */
export class PortTable<Taker> {
  readonly #byPort = new Map<number, Bound<Taker>[]>();
  readonly #used = new Set<number>();
  #next: number;

  constructor(random: () => number) {
    this.#next = Math.floor(random() * EPHEMERAL_COUNT);
  }

  /**
   * Binds a port; 0 picks a free one. `host` is an address of the namespace, `0.0.0.0` for all IPv4 ones, `::` (or nothing) for all.
   * Throws EADDRINUSE where another listener covers one of the same addresses.
   */
  listen(port: number, host: string, taker: Taker): {readonly port: number; close(): void} {
    const chosen = port === 0 ? this.#freePort() : port;
    const bound: Bound<Taker> = {host, port: chosen, taker};
    const others = this.#byPort.get(chosen) ?? [];
    if (others.some((other) => overlap(other.host, host))) {
      throw new NetworkError('EADDRINUSE', 'listen', {address: host, port: chosen});
    }
    this.#byPort.set(chosen, [...others, bound]);
    return {port: chosen, close: () => this.#unbind(bound)};
  }

  /** Who takes what comes to this address and port; null: nobody listens. */
  find(address: string, port: number): Taker | null {
    const bound = this.#byPort.get(port)?.find(({host}) => covers(host, address));
    return bound?.taker ?? null;
  }

  /** A port for an outgoing connection, to be given back. */
  takeEphemeral(): number {
    const port = this.#freePort();
    this.#used.add(port);
    return port;
  }

  giveBack(port: number): void {
    this.#used.delete(port);
  }

  closeAll(): void {
    this.#byPort.clear();
  }

  #unbind(bound: Bound<Taker>): void {
    const left = (this.#byPort.get(bound.port) ?? []).filter((other) => other !== bound);
    if (left.length > 0) this.#byPort.set(bound.port, left);
    else this.#byPort.delete(bound.port);
  }

  #freePort(): number {
    for (let tries = 0; tries < EPHEMERAL_COUNT; tries++) {
      const port = EPHEMERAL_FIRST + this.#next;
      this.#next = (this.#next + 1) % EPHEMERAL_COUNT;
      if (!this.#used.has(port) && !this.#byPort.has(port)) return port;
    }
    throw new NetworkError('EADDRNOTAVAIL', 'connect');
  }
}

function covers(host: string, address: string): boolean {
  if (host === '::') return true;
  if (host === '0.0.0.0') return !address.includes(':');
  return host === address;
}

function overlap(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}
