/** The other side of a flow. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Entries that one namespace keeps at the most: beyond that, what would begin a flow is lost, as with a full `nf_conntrack` table. */
const MOST_ENTRIES = 65_536;
const SWEEP_AT = 1_000;

/** What a namespace remembers of its UDP flows until they expire, by its own port and the other side. Times in milliseconds. */
export class FlowTable<Entry extends {readonly expires: number}> {
  readonly #byPort = new Map<number, Map<string, Entry>>();
  #size = 0;
  #sweepAt = SWEEP_AT;

  find(port: number, other: Place, now: number): Entry | null {
    const entry = this.#byPort.get(port)?.get(keyOf(other));
    return entry !== undefined && entry.expires > now ? entry : null;
  }

  /** Adds an entry or puts it in the place of the one that is there. False where the table is full. */
  put(port: number, other: Place, entry: Entry, now: number): boolean {
    const entries = this.#byPort.get(port) ?? new Map<string, Entry>();
    const key = keyOf(other);
    if (!entries.has(key)) {
      if (this.#size >= this.#sweepAt) this.#sweep(now);
      if (this.#size >= MOST_ENTRIES) return false;
      this.#size++;
    }
    this.#byPort.set(port, entries.set(key, entry));
    return true;
  }

  remove(port: number, other: Place): void {
    const entries = this.#byPort.get(port);
    if (!entries?.delete(keyOf(other))) return;
    this.#size--;
    if (entries.size === 0) this.#byPort.delete(port);
  }

  /** Forgets all of a port; gives back what it was. */
  removePort(port: number): readonly Entry[] {
    const entries = [...(this.#byPort.get(port)?.values() ?? [])];
    this.#byPort.delete(port);
    this.#size -= entries.length;
    return entries;
  }

  /** The next one comes when there is twice as much, so that a table of whatever size costs each new entry the same. */
  #sweep(now: number): void {
    for (const [port, entries] of this.#byPort) {
      for (const [key, {expires}] of entries) if (expires <= now && entries.delete(key)) this.#size--;
      if (entries.size === 0) this.#byPort.delete(port);
    }
    this.#sweepAt = Math.max(SWEEP_AT, Math.min(MOST_ENTRIES, 2 * this.#size));
  }
}

function keyOf({address, port}: Place): string {
  return `${address} ${port}`;
}
