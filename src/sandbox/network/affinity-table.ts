/** A destination after NAT. */
export interface EndpointAddress {
  readonly address: string;
  readonly port: number;
}

interface Entry extends EndpointAddress {
  expires: number;
}

/** Beyond this many entries, those that have run out are thrown out at the next insertion. */
const SWEEP_AT = 10_000;

/**
 * Which client keeps to which endpoint, per node and Service port, as kube-proxy's nftables sets hold it: keyed by the source address that
 * the node sees, lasting `affinitySeconds` from the client's last new connection, void once the endpoint is no longer offered.
 */
export class AffinityTable {
  readonly #entries = new Map<string, Entry>();
  #sweepAt = SWEEP_AT;

  /** The endpoint that the client keeps to, if it is still among those offered. */
  find<Offered extends EndpointAddress>(key: string, offered: readonly Offered[], now: number): Offered | null {
    const entry = this.#entries.get(key);
    if (!entry || entry.expires <= now) return null;
    return offered.find(({address, port}) => address === entry.address && port === entry.port) ?? null;
  }

  /** Notes or renews it. */
  remember(key: string, endpoint: EndpointAddress, expires: number, now: number): void {
    this.#entries.set(key, {address: endpoint.address, port: endpoint.port, expires});
    if (this.#entries.size > this.#sweepAt) this.#sweep(now);
  }

  #sweep(now: number): void {
    for (const [key, entry] of this.#entries) if (entry.expires <= now) this.#entries.delete(key);
    this.#sweepAt = Math.max(SWEEP_AT, 2 * this.#entries.size);
  }
}
