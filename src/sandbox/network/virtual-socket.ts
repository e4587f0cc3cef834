import {Duplex} from 'node:stream';
import {NetworkError} from './network-error.ts';
import type {Wire} from './wire.ts';

/** The addresses that one end of a connection sees. */
export interface SocketAddresses {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** Bytes that may be under way to one end before its sender has to wait: what the kernel's two socket buffers hold by default. */
const WINDOW_BYTES = 256 * 1024;
/** A batch of small writes goes over as one chunk up to this size. */
const COALESCE_BYTES = 16 * 1024;

type Done = (error?: Error | null) => void;

/**
 * One end of a TCP connection on the virtual network. It does what `net.Socket` does for those who build on it (`node:http`, `node:tls`,
 * `ws`): addresses, back-pressure, half-close, idle timeout, reset. Like a socket made with `allowHalfOpen` it stays writable after the
 * other side's end.
 */
export class VirtualSocket extends Duplex {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly connecting = false;
  readonly pending = false;
  bytesRead = 0;
  bytesWritten = 0;
  timeout = 0;
  readonly #wire: Wire;
  #peer: VirtualSocket | null = null;
  #incoming: Buffer[] = [];
  #incomingBytes = 0;
  #incomingEnd = false;
  #incomingReset = false;
  #scheduled = false;
  /** The stream below has asked for data. */
  #wanted = false;
  /** Goes on with the peer's write, which waits for room here. */
  #blockedWrite: Done | null = null;
  #sentEnd = false;
  #resetting = false;
  #idleTimer: NodeJS.Timeout | null = null;

  constructor(wire: Wire, addresses: SocketAddresses) {
    super({allowHalfOpen: true, emitClose: true, autoDestroy: true});
    this.#wire = wire;
    this.localAddress = addresses.localAddress;
    this.localPort = addresses.localPort;
    this.remoteAddress = addresses.remoteAddress;
    this.remotePort = addresses.remotePort;
    // A reset that nobody listens for ends this connection, not the process: many programs share it here.
    this.on('error', () => undefined);
  }

  /** Joins two ends; done once, before either is handed out. */
  static join(one: VirtualSocket, other: VirtualSocket): void {
    one.#peer = other;
    other.#peer = one;
  }

  get remoteFamily(): 'IPv4' | 'IPv6' {
    return this.remoteAddress.includes(':') ? 'IPv6' : 'IPv4';
  }

  get localFamily(): 'IPv4' | 'IPv6' {
    return this.localAddress.includes(':') ? 'IPv6' : 'IPv4';
  }

  get readyState(): 'open' | 'readOnly' | 'writeOnly' | 'closed' {
    if (this.readable) return this.writable ? 'open' : 'readOnly';
    return this.writable ? 'writeOnly' : 'closed';
  }

  address(): {address: string; port: number; family: 'IPv4' | 'IPv6'} {
    return {address: this.localAddress, port: this.localPort, family: this.localFamily};
  }

  /** Emits `timeout` after that long without traffic; 0 turns it off. */
  setTimeout(ms: number, callback?: () => void): this {
    this.timeout = ms;
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    this.#idleTimer = null;
    if (callback) ms === 0 ? this.removeListener('timeout', callback) : this.once('timeout', callback);
    if (ms > 0 && !this.destroyed) this.#idleTimer = setTimeout(() => this.emit('timeout'), ms).unref();
    return this;
  }

  /** Nothing delays small packets here. */
  setNoDelay(): this {
    return this;
  }

  /** Nothing can vanish unseen between two ends of one process. */
  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** Ends after what is written has gone out, then destroys. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Closes with a reset: the other end fails with ECONNRESET, what was on its way to it is lost. */
  resetAndDestroy(): this {
    this.#resetting = true;
    return this.destroy();
  }

  /** Called by the wire. */
  deliver(): void {
    this.#scheduled = false;
    if (this.destroyed) return;
    if (this.#incomingReset) {
      this.destroy(new NetworkError(this.readableEnded ? 'EPIPE' : 'ECONNRESET', this.readableEnded ? 'write' : 'read'));
      return;
    }
    if (this.#wanted) this.#handOver();
  }

  override _read(): void {
    this.#wanted = true;
    if (this.#incomingBytes > 0 || this.#incomingEnd) this.#handOver();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#send(Buffer.from(chunk), done);
  }

  override _writev(chunks: readonly {readonly chunk: Buffer}[], done: Done): void {
    const total = chunks.reduce((sum, {chunk}) => sum + chunk.length, 0);
    if (total <= COALESCE_BYTES) {
      this.#send(Buffer.concat(chunks.map(({chunk}) => chunk)), done);
      return;
    }
    const last = chunks.length - 1;
    for (const [index, {chunk}] of chunks.entries()) this.#send(Buffer.from(chunk), index === last ? done : ignore);
  }

  override _final(done: Done): void {
    this.#sendEnd();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    if (this.#idleTimer) clearTimeout(this.#idleTimer);
    const peer = this.#peer;
    if (peer && !peer.destroyed && !this.#incomingReset) {
      // As a kernel closes: bytes that were never read are answered with a reset instead of an end.
      const unread = this.#incomingBytes > 0 || this.readableLength > 0;
      if (this.#resetting || unread) peer.#receiveReset();
      else this.#sendEnd();
    }
    this.#incoming = [];
    this.#incomingBytes = 0;
    this.#releaseWriter();
    done(error);
  }

  /** The bytes are a copy: a sender may use its buffer again, and a receiver may change what it got. */
  #send(bytes: Buffer, done: Done): void {
    this.bytesWritten += bytes.length;
    this.#idleTimer?.refresh();
    const peer = this.#peer;
    if (!peer || peer.destroyed) {
      // The other side has closed: as over a wire the write succeeds, and the reset comes back.
      this.#receiveReset();
      done();
      return;
    }
    peer.#incoming.push(bytes);
    peer.#incomingBytes += bytes.length;
    peer.#schedule();
    if (peer.#incomingBytes < WINDOW_BYTES || done === ignore) done();
    else peer.#blockedWrite = done;
  }

  #sendEnd(): void {
    if (this.#sentEnd) return;
    this.#sentEnd = true;
    const peer = this.#peer;
    if (!peer || peer.destroyed) return;
    peer.#incomingEnd = true;
    peer.#schedule();
  }

  #receiveReset(): void {
    this.#incomingReset = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#wire.schedule(this);
  }

  #handOver(): void {
    while (this.#wanted) {
      const chunk = this.#incoming.shift();
      if (!chunk) break;
      this.#incomingBytes -= chunk.length;
      this.bytesRead += chunk.length;
      this.#idleTimer?.refresh();
      if (!this.push(chunk)) this.#wanted = false;
    }
    if (this.#incoming.length === 0 && this.#incomingEnd && this.#wanted) {
      this.#wanted = false;
      this.push(null);
    }
    if (this.#incomingBytes < WINDOW_BYTES) this.#releaseWriter();
  }

  #releaseWriter(): void {
    const done = this.#blockedWrite;
    this.#blockedWrite = null;
    done?.();
  }
}

function ignore(): void {
  // the last chunk of a batch answers for all
}

/** The two ends of one new connection: what the client sees of it, and what the server sees. */
export function createStreamPair(wire: Wire, client: SocketAddresses, server: SocketAddresses): [VirtualSocket, VirtualSocket] {
  const near = new VirtualSocket(wire, client);
  const far = new VirtualSocket(wire, server);
  VirtualSocket.join(near, far);
  return [near, far];
}
