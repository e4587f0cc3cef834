/** What one side writes and another reads, in order; reading waits, writing doesn't. Ends when told to. */
export class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #parts: Uint8Array[] = [];
  #ended = false;
  #wake: (() => void) | null = null;
  #size = 0;

  /** Bytes not read yet. */
  get size(): number {
    return this.#size;
  }

  push(part: Uint8Array): void {
    if (this.#ended || part.length === 0) return;
    this.#parts.push(part);
    this.#size += part.length;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The next part; null at the end. */
  async next(): Promise<Uint8Array | null> {
    for (;;) {
      const part = this.#parts.shift();
      if (part) {
        this.#size -= part.length;
        return part;
      }
      if (this.#ended) return null;
      const {promise, resolve} = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  /** A single reader may stop and another go on: leaving a loop does not end the queue. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let part = await this.next(); part; part = await this.next()) yield part;
  }
}

/** A stream that has nothing in it. */
export function emptyInput(): ByteQueue {
  const queue = new ByteQueue();
  queue.end();
  return queue;
}
