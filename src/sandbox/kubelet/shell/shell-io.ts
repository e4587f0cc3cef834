import {emptyInput} from '../process/byte-queue.ts';

const NEWLINE = 10;

/** An input that is read by lines or whole; what one reader leaves is there for the next. */
export class ShellInput {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest = Buffer.alloc(0);
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array> = emptyInput()) {
    this.#source = source[Symbol.asyncIterator]();
  }

  static of(content: Uint8Array): ShellInput {
    const input = new ShellInput();
    input.#rest = Buffer.from(content);
    return input;
  }

  /** The next line with its newline, or what is left of it at the end; null after that. */
  async readLine(): Promise<Buffer | null> {
    for (let end = this.#rest.indexOf(NEWLINE); ; end = this.#rest.indexOf(NEWLINE)) {
      if (end >= 0) return this.#take(end + 1);
      if (!(await this.#fill())) return this.#rest.length > 0 ? this.#take(this.#rest.length) : null;
    }
  }

  async readAll(): Promise<Buffer> {
    while (await this.#fill());
    return this.#take(this.#rest.length);
  }

  /** As a stream, for a program. */
  async *stream(): AsyncGenerator<Uint8Array> {
    while (this.#rest.length > 0 || (await this.#fill())) yield this.#take(this.#rest.length);
  }

  #take(length: number): Buffer {
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const next = await this.#source.next();
    if (next.done) this.#ended = true;
    else this.#rest = Buffer.concat([this.#rest, next.value]);
    return !this.#ended;
  }
}

export type Output = (bytes: Uint8Array) => void;

/** What a command reads from and writes to. */
export interface ShellIo {
  readonly stdin: ShellInput;
  readonly stdout: Output;
  readonly stderr: Output;
}
