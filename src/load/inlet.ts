import type {Inlet} from './plan.ts';

/** One for all connections of a thread: what was read is used up before the next read. */
const SHARED = Buffer.allocUnsafe(64 * 1024);

/** What one connection brings, without a stream in between, which would take new memory for each read. */
export class ByteInlet implements Inlet {
  readonly buffer = SHARED;
  #take: ((bytes: Buffer) => void) | null = null;
  /** What came before anybody took it. */
  #early: Buffer[] = [];

  /** Called by the dial when so many bytes stand in the buffer. */
  onRead(count: number): void {
    const bytes = SHARED.subarray(0, count);
    if (this.#take === null) this.#early.push(Buffer.from(bytes));
    else this.#take(bytes);
  }

  /** From here on all bytes go to `take`, which must not keep what it is given. */
  to(take: (bytes: Buffer) => void): void {
    this.#take = take;
    for (const bytes of this.#early.splice(0)) take(bytes);
  }
}
