/** Several streams read as one, in the order in which their items come; a failure of one fails the whole. */
export class Merged<Item> implements AsyncIterable<Item> {
  readonly #queue: Item[] = [];
  readonly #signal: AbortSignal;
  #failure: {readonly error: unknown} | null = null;
  #open = 0;
  #wake: (() => void) | null = null;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wake?.(), {once: true});
  }

  follow(stream: AsyncIterable<Item>): void {
    this.#open += 1;
    this.#pump(stream)
      .catch((error: unknown) => {
        this.#failure ??= {error};
      })
      .finally(() => {
        this.#open -= 1;
        this.#wake?.();
      });
  }

  async #pump(stream: AsyncIterable<Item>): Promise<void> {
    for await (const item of stream) {
      this.#queue.push(item);
      this.#wake?.();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (;;) {
      while (this.#queue.length > 0) yield this.#queue.shift() as Item;
      if (this.#failure !== null) throw this.#failure.error;
      if (this.#signal.aborted || this.#open === 0) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
