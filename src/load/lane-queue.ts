import type {Lane} from './lane.ts';

/** Idle lanes in the order in which they fell idle, so that an open loop spreads over all its connections; a ring, for there may be thousands. */
export class LaneQueue {
  readonly #ring: (Lane | null)[];
  #first = 0;
  #size: number;

  constructor(lanes: readonly Lane[]) {
    this.#ring = [...lanes];
    this.#size = lanes.length;
  }

  get size(): number {
    return this.#size;
  }

  add(lane: Lane): void {
    this.#ring[(this.#first + this.#size++) % this.#ring.length] = lane;
  }

  take(): Lane | null {
    if (this.#size === 0) return null;
    const lane = this.#ring[this.#first] as Lane;
    this.#ring[this.#first] = null;
    this.#first = (this.#first + 1) % this.#ring.length;
    this.#size--;
    return lane;
  }
}
