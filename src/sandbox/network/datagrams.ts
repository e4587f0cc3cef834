import type {OnListenerError} from './accept.ts';
import {followPacket, type Origin} from './data-plane.ts';
import {FlowTable, type Place} from './flow-table.ts';
import {masqueradePort} from './masquerade.ts';
import {NetworkError} from './network-error.ts';
import type {NetworkHost, OnDatagram} from './network-host.ts';
import type {DataPlane, Outcome} from './plane.ts';
import type {Wire} from './wire.ts';

/** A UDP socket on the virtual network. */
export interface DatagramSocket {
  readonly port: number;
  /**
   * Sends one datagram. What is dropped on the way is lost in silence; where nobody listens, or no route leads, `onRefused` is told, as a
   * socket is by ICMP. Throws EMSGSIZE beyond 65,507 bytes.
   */
  send(bytes: Uint8Array, to: Place): void;
  close(): void;
}

export interface DatagramSocketOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Address to bind, `::` for all. */
  readonly address?: string;
  readonly onMessage: OnDatagram;
  readonly onRefused?: (error: NetworkError) => void;
  /** Told, before any answer, the endpoint to which a new flow of this socket leads, after destination NAT. */
  readonly onReached?: (endpoint: Place) => void;
  /** The namespace is gone, and the socket with it. */
  readonly onGone?: () => void;
}

/** Who sends: a namespace, and where its packets start. */
export interface DatagramSender {
  readonly host: NetworkHost;
  readonly origin: Origin;
}

/** A datagram's way that later ones take too, in both directions, as connection tracking keeps it. */
interface Flow {
  readonly outcome: Outcome & {readonly kind: 'deliver'};
  /** The sender as the endpoint sees it. */
  readonly seen: Place;
  /** Somebody took a datagram of it. */
  reached: boolean;
  expires: number;
}

/** Where answers to a translated sender go. */
interface Return extends Place {
  readonly host: NetworkHost;
  /** The address that the sender had sent to: what it takes the answer to come from. */
  readonly as: Place;
  expires: number;
}

interface Tracking {
  readonly flows: FlowTable<Flow>;
  readonly returns: FlowTable<Return>;
}

type OpenSocket = DatagramSender & Pick<DatagramSocketOptions, 'onReached'> & {readonly port: number};

const LARGEST = 65_507;
/** How long connection tracking keeps a UDP flow without traffic (`nf_conntrack_udp_timeout_stream`). */
const FLOW_MS = 120_000;

/**
 * UDP over the data plane. Like a node's connection tracking it keeps a sender's datagrams to one endpoint while they keep coming, and like
 * kube-proxy it forgets that when the endpoint leaves the Service.
 */
export class Datagrams {
  readonly #plane: DataPlane;
  readonly #wire: Wire;
  readonly #onError: OnListenerError;
  readonly #tracking = new WeakMap<NetworkHost, Tracking>();

  constructor(plane: DataPlane, wire: Wire, onError: OnListenerError) {
    this.#plane = plane;
    this.#wire = wire;
    this.#onError = onError;
  }

  open(sender: DatagramSender, options: DatagramSocketOptions): DatagramSocket {
    const {port: wished = 0, address = '::', onMessage, onRefused = () => undefined, onReached, onGone} = options;
    const {host} = sender;
    const {port, close} = host.datagrams.listen(wished, address, onMessage);
    const opened: OpenSocket = {...sender, port, ...(onReached && {onReached})};
    const fate = {resetAndDestroy: () => onGone?.()};
    if (onGone) host.connections.add(fate);
    return {
      port,
      close: () => {
        close();
        host.connections.delete(fate);
        // a port that was picked comes to nobody who knows of this flow; who binds one by number again meets it still, as in a kernel
        if (wished === 0) this.#forget(opened);
      },
      send: (bytes, to) => {
        if (bytes.length > LARGEST) throw new NetworkError('EMSGSIZE', 'send', to);
        const failure = this.#send(opened, Buffer.from(bytes), to);
        if (failure) this.#wire.schedule({deliver: () => onRefused(failure)});
      },
    };
  }

  #send(socket: OpenSocket, bytes: Buffer, to: Place): NetworkError | null {
    const now = this.#plane.clock.now();
    const back = this.#of(socket.host).returns.find(socket.port, to, now);
    if (back) {
      back.expires = now + FLOW_MS;
      this.#handOver(back.host, back, bytes, back.as);
      return null;
    }
    const flow = this.#flow(socket, to, now);
    if (flow instanceof NetworkError || flow === null) return flow;
    const {host, endpoint, client} = flow.outcome;
    const {expires} = flow;
    const answers = {host: socket.host, address: client, port: socket.port, as: to, expires};
    if (!this.#of(host).returns.put(endpoint.port, flow.seen, answers, now)) return null;
    if (!this.#handOver(host, endpoint, bytes, flow.seen)) return new NetworkError('ECONNREFUSED', 'recv', to);
    if (!flow.reached) socket.onReached?.(endpoint);
    flow.reached = true;
    return null;
  }

  /** The way that is known, else a new decision; null for what is lost. */
  #flow({host, origin, port}: OpenSocket, to: Place, now: number): Flow | NetworkError | null {
    const {flows} = this.#of(host);
    const known = flows.find(port, to, now);
    if (known && isOwn(known, origin) && isOffered(this.#plane, known)) {
      known.expires = now + FLOW_MS;
      return known;
    }
    const outcome = followPacket(this.#plane, origin, {...to, protocol: 'UDP'});
    if (outcome.kind === 'refuse') return new NetworkError('ECONNREFUSED', 'recv', to, outcome.reason);
    if (outcome.kind === 'no-route') return new NetworkError('ENETUNREACH', 'recv', to, outcome.reason);
    if (outcome.kind !== 'deliver') return null;
    const seenPort = outcome.rewritten ? masqueradePort(this.#plane.random()) : port;
    const flow: Flow = {outcome, seen: {address: outcome.source, port: seenPort}, reached: false, expires: now + FLOW_MS};
    return flows.put(port, to, flow, now) ? flow : null;
  }

  #handOver(host: NetworkHost, to: Place, bytes: Buffer, from: Place): boolean {
    const taker = host.datagrams.find(to.address, to.port);
    if (taker) this.#wire.schedule({deliver: () => this.#deliver(host, to, taker, bytes, from)});
    return taker !== null;
  }

  #deliver(host: NetworkHost, to: Place, taker: OnDatagram, bytes: Buffer, from: Place): void {
    if (host.datagrams.find(to.address, to.port) !== taker) return; // closed while the datagram was on its way
    try {
      taker(bytes, from);
    } catch (error) {
      this.#onError(error, to);
    }
  }

  #forget({host, port}: OpenSocket): void {
    for (const {outcome, seen} of this.#of(host).flows.removePort(port)) this.#of(outcome.host).returns.remove(outcome.endpoint.port, seen);
  }

  #of(host: NetworkHost): Tracking {
    const known = this.#tracking.get(host);
    if (known) return known;
    const tracking: Tracking = {flows: new FlowTable(), returns: new FlowTable()};
    this.#tracking.set(host, tracking);
    return tracking;
  }
}

/** All outside clients share a namespace: one that takes a port after another with a second address is somebody else. */
function isOwn({outcome}: Flow, origin: Origin): boolean {
  return origin.kind === 'inside' || origin.ips.includes(outcome.client);
}

function isOffered(plane: DataPlane, {outcome}: Flow): boolean {
  const {servicePort, endpoint} = outcome;
  if (servicePort === null) return true;
  const slices = plane.view().slicesOf.get(`${servicePort.namespace}/${servicePort.name}`) ?? [];
  return slices.some(({endpoints}) => endpoints.some(({address, serving}) => address === endpoint.address && serving));
}
