/**
 * Variables over others that many containers share; its own come first. In a namespace with thousands of Services the shared ones are
 * nearly all of them, and a copy for each container would be most of the sandbox's memory.
 */
export class Variables implements ReadonlyMap<string, string> {
  readonly #own: ReadonlyMap<string, string>;
  readonly #shared: ReadonlyMap<string, string>;

  constructor(own: ReadonlyMap<string, string>, shared: ReadonlyMap<string, string>) {
    this.#own = own;
    this.#shared = shared;
  }

  get size(): number {
    return [...this.keys()].length;
  }

  get(name: string): string | undefined {
    return this.#own.get(name) ?? this.#shared.get(name);
  }

  has(name: string): boolean {
    return this.#own.has(name) || this.#shared.has(name);
  }

  *entries(): MapIterator<[string, string]> {
    yield* this.#own;
    for (const entry of this.#shared) if (!this.#own.has(entry[0])) yield entry;
  }

  *keys(): MapIterator<string> {
    for (const [name] of this.entries()) yield name;
  }

  *values(): MapIterator<string> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.entries();
  }

  forEach(callback: (value: string, name: string, map: ReadonlyMap<string, string>) => void): void {
    for (const [name, value] of this.entries()) callback(value, name, this);
  }
}
