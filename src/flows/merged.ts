/** How many items may wait to be read: a slow reader then slows the streams, in place of filling the memory. */
const MOST_WAITING = 1000;

/** Several streams read as one, in the order in which their items come; a failure of one fails the whole. */
export class Merged<Item> implements AsyncIterable<Item> {
  readonly #queue: Item[] = [];
  readonly #signal: AbortSignal;
  #failure: {readonly error: unknown} | null = null;
  #open = 0;
  #wake: () => void = () => {};
  #drained: () => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const onAbort = () => {
      this.#wake();
      this.#drained();
    };
    signal.addEventListener('abort', onAbort, {once: true});
  }

  follow(stream: AsyncIterable<Item>): void {
    this.#open += 1;
    this.#pump(stream)
      .catch((error: unknown) => {
        this.#failure ??= {error};
      })
      .finally(() => {
        this.#open -= 1;
        this.#wake();
      });
  }

  async #pump(stream: AsyncIterable<Item>): Promise<void> {
    for await (const item of stream) {
      this.#queue.push(item);
      this.#wake();
      while (this.#queue.length >= MOST_WAITING && !this.#signal.aborted) await this.#room();
    }
  }

  /** Several pumps may wait for room: each that is woken wakes the one before it. */
  #room(): Promise<void> {
    const before = this.#drained;
    return new Promise((resolve) => {
      this.#drained = () => {
        before();
        resolve();
      };
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (;;) {
      while (this.#queue.length > 0) yield this.#queue.shift() as Item;
      this.#drained();
      this.#drained = () => {};
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#signal.aborted || this.#open === 0) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#queue.length > 0) resolve();
      });
    }
  }
}
