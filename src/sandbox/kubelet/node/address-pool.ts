import {addressNumber, canonicalIP, cidrContains, numberToAddress, parseCidr} from '../../../ip/index.ts';

/** Hands out a node's pod addresses of one range: in turn, so that one given back is not at once somebody else's. */
export class AddressPool {
  readonly #first: bigint;
  readonly #size: bigint;
  readonly #family: 'IPv4' | 'IPv6';
  readonly #contains: (address: string) => boolean;
  readonly #used = new Set<string>();
  #next = 0n;

  constructor(range: string) {
    const cidr = parseCidr(range);
    if (!cidr) throw new Error(`"${range}" is no range of addresses`);
    this.#family = cidr.family;
    // the network itself and the node's own address, .1, are nobody's; nor is IPv4's broadcast address
    this.#first = cidr.network + 2n;
    const width = cidr.family === 'IPv4' ? 32 : 128;
    this.#size = (1n << BigInt(width - cidr.bits)) - (cidr.family === 'IPv4' ? 3n : 2n);
    this.#contains = (address) => cidrContains(cidr, address);
  }

  /** From the first to the last address of the range that anybody can have, the node's own included. */
  get usable(): string {
    const at = (offset: bigint) => numberToAddress(this.#first + offset, this.#family);
    return `${at(-1n)}-${at(this.#size - 1n)}`;
  }

  /** Keeps an address that a pod has already. False where it is not of this range or another pod's. */
  keep(address: string): boolean {
    const canonical = canonicalIP(address);
    if (!canonical || !this.#contains(canonical) || this.#used.has(canonical)) return false;
    this.#used.add(canonical);
    const offset = addressNumber(canonical) - this.#first;
    if (offset >= this.#next) this.#next = offset + 1n;
    return true;
  }

  /** A free address; null where all are taken. */
  take(): string | null {
    for (let tries = 0; tries <= this.#used.size; tries += 1) {
      const address = numberToAddress(this.#first + (this.#next % this.#size), this.#family);
      this.#next = (this.#next + 1n) % this.#size;
      if (!this.#used.has(address)) {
        this.#used.add(address);
        return address;
      }
    }
    return null;
  }

  release(address: string): void {
    this.#used.delete(canonicalIP(address) ?? address);
  }
}
