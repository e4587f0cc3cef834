/** The first bytes of an answer, and how long it is in all. */
export class Captured {
  readonly #parts: Buffer[] = [];
  readonly #limit: number;
  #kept = 0;
  length = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    this.length += chunk.length;
    const part = chunk.subarray(0, this.#limit - this.#kept);
    if (part.length === 0) return;
    this.#kept += part.length;
    this.#parts.push(part);
  }

  /** null where nothing was to be kept. */
  bytes(): Buffer | null {
    return this.#limit === 0 ? null : Buffer.concat(this.#parts);
  }
}
