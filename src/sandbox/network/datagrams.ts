import {followPacket, type Origin} from './data-plane.ts';
import {masqueradePort} from './masquerade.ts';
import {NetworkError} from './network-error.ts';
import type {NetworkHost, OnDatagram} from './network-host.ts';
import type {DataPlane, Outcome} from './plane.ts';
import type {Wire} from './wire.ts';

/** A UDP socket on the virtual network. */
export interface DatagramSocket {
  readonly port: number;
  /**
   * Sends one datagram. What is dropped on the way is lost in silence; where nobody listens, `onRefused` is told, as a socket is by ICMP.
   * Throws EMSGSIZE beyond 65,507 bytes.
   */
  send(bytes: Uint8Array, to: {readonly address: string; readonly port: number}): void;
  close(): void;
}

export interface DatagramSocketOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Address to bind, `::` for all. */
  readonly address?: string;
  readonly onMessage: OnDatagram;
  readonly onRefused?: (error: NetworkError) => void;
}

/** Who sends: a namespace, and where its packets start. */
export interface DatagramSender {
  readonly host: NetworkHost;
  readonly origin: Origin;
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** A datagram's way that later ones take too, in both directions, as connection tracking keeps it. */
interface Flow {
  readonly outcome: Outcome & {readonly kind: 'deliver'};
  readonly sourcePort: number;
  expires: number;
}

/** Where answers to a translated sender go. */
interface Return extends Place {
  readonly host: NetworkHost;
  /** The address that the sender had sent to: what it takes the answer to come from. */
  readonly as: Place;
  expires: number;
}

/** What a namespace remembers of its flows, by its own port and the other side's address. */
interface Tracking {
  readonly flows: Map<string, Flow>;
  readonly returns: Map<string, Return>;
}

const LARGEST = 65_507;
/** How long connection tracking keeps a UDP flow without traffic (`nf_conntrack_udp_timeout_stream`). */
const FLOW_MS = 120_000;
const SWEEP_AT = 1_000;

/**
 * UDP over the data plane. Like a node's connection tracking it keeps a sender's datagrams to one endpoint while they keep coming, and like
 * kube-proxy it forgets that when the endpoint leaves the Service.
 */
export class Datagrams {
  readonly #plane: DataPlane;
  readonly #wire: Wire;
  readonly #tracking = new WeakMap<NetworkHost, Tracking>();

  constructor(plane: DataPlane, wire: Wire) {
    this.#plane = plane;
    this.#wire = wire;
  }

  open(sender: DatagramSender, options: DatagramSocketOptions): DatagramSocket {
    const {port: wished = 0, address = '::', onMessage, onRefused = () => undefined} = options;
    const {port, close} = sender.host.datagrams.listen(wished, address, onMessage);
    return {
      port,
      close,
      send: (bytes, to) => {
        if (bytes.length > LARGEST) throw new NetworkError('EMSGSIZE', 'send', to);
        const failure = this.#send(sender, port, Buffer.from(bytes), to);
        if (failure) this.#wire.schedule({deliver: () => onRefused(failure)});
      },
    };
  }

  #send(sender: DatagramSender, port: number, bytes: Buffer, to: Place): NetworkError | null {
    const now = this.#plane.clock.now();
    const back = this.#of(sender.host).returns.get(keyOf(port, to));
    if (back && back.expires > now) {
      back.expires = now + FLOW_MS;
      this.#handOver(back.host, back, bytes, back.as);
      return null;
    }
    const flow = this.#flow(sender, port, to, now);
    if (flow instanceof NetworkError || flow === null) return flow;
    const {host, endpoint, source, client} = flow.outcome;
    const seen = {address: source, port: flow.sourcePort};
    this.#of(host).returns.set(keyOf(endpoint.port, seen), {host: sender.host, address: client, port, as: to, expires: flow.expires});
    return this.#handOver(host, endpoint, bytes, seen) ? null : new NetworkError('ECONNREFUSED', 'recv', to);
  }

  /** The way that is known, else a new decision; null for what is lost. */
  #flow({host, origin}: DatagramSender, port: number, to: Place, now: number): Flow | NetworkError | null {
    const {flows, returns} = this.#of(host);
    const key = `${origin.kind === 'outside' ? origin.ips.join() : ''} ${keyOf(port, to)}`;
    const known = flows.get(key);
    if (known && known.expires > now && isOffered(this.#plane, known)) {
      known.expires = now + FLOW_MS;
      return known;
    }
    const outcome = followPacket(this.#plane, origin, {...to, protocol: 'UDP'});
    if (outcome.kind === 'refuse') return new NetworkError('ECONNREFUSED', 'recv', to, outcome.reason);
    if (outcome.kind !== 'deliver') return null;
    const sourcePort = outcome.rewritten ? masqueradePort(this.#plane.random()) : port;
    const flow: Flow = {outcome, sourcePort, expires: now + FLOW_MS};
    flows.set(key, flow);
    if (flows.size + returns.size > SWEEP_AT) for (const map of [flows, returns]) sweep(map, now);
    return flow;
  }

  #handOver(host: NetworkHost, to: Place, bytes: Buffer, from: Place): boolean {
    const taker = host.datagrams.find(to.address, to.port);
    if (taker) this.#wire.schedule({deliver: () => taker(bytes, from)});
    return taker !== null;
  }

  #of(host: NetworkHost): Tracking {
    const known = this.#tracking.get(host);
    if (known) return known;
    const tracking: Tracking = {flows: new Map(), returns: new Map()};
    this.#tracking.set(host, tracking);
    return tracking;
  }
}

function keyOf(port: number, other: Place): string {
  return `${port} ${other.address} ${other.port}`;
}

function isOffered(plane: DataPlane, {outcome}: Flow): boolean {
  const {servicePort, endpoint} = outcome;
  if (servicePort === null) return true;
  const slices = plane.view().slicesOf.get(`${servicePort.namespace}/${servicePort.name}`) ?? [];
  return slices.some(({endpoints}) => endpoints.some(({address, serving}) => address === endpoint.address && serving));
}

function sweep(map: Map<string, {readonly expires: number}>, now: number): void {
  for (const [key, {expires}] of map) if (expires <= now) map.delete(key);
}
