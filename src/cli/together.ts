/** Writes texts that come in one turn of the event loop at once: thousands of lines may come in a second, and each write is a system call. */
export class Together {
  readonly #write: (text: string) => void;
  #waiting = '';

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add(text: string): void {
    if (this.#waiting === '') setImmediate(() => this.flush());
    this.#waiting += text;
  }

  /** What waits is written now: nothing may be left where the process ends. */
  flush(): void {
    if (this.#waiting !== '') this.#write(this.#waiting);
    this.#waiting = '';
  }
}
