import type {Socket} from 'node:net';
import {canonicalIP} from '../../ip/index.ts';
import type {ClusterView, Connection, Listener, NamespacedName} from '../../model/index.ts';
import type {AttachedPod, DialedConnection, NetworkOrigin, PodNetwork} from '../pod-network.ts';
import {handOverSocket, type OnListenerError, openVirtual} from './accept.ts';
import {type Admission, admit, type Patience} from './admit.ts';
import {AffinityTable} from './affinity-table.ts';
import {type NetworkClock, systemClock} from './clock.ts';
import type {Origin} from './data-plane.ts';
import {type DatagramSocket, type DatagramSocketOptions, Datagrams} from './datagrams.ts';
import {Hosts} from './hosts.ts';
import {lookupInPod, lookupOutside, type PodResolver} from './names.ts';
import {NetworkError} from './network-error.ts';
import {createHost, type NetworkHost} from './network-host.ts';
import type {DataPlane, Target} from './plane.ts';
import {createPodNamespace, type SandboxPodNamespace} from './pod-namespace.ts';
import type {VirtualSocket} from './virtual-socket.ts';
import {Wire} from './wire.ts';

export interface NetworkOptions {
  /** The cluster as it is at the moment of each decision. */
  readonly view: () => ClusterView;
  /** Where cluster DNS is: a pod whose resolver names one of them gets its answers. */
  readonly dnsServers?: readonly string[];
  /** The network that nodes, load balancers and outside clients share. */
  readonly nodeCIDRs?: readonly string[];
  /** Addresses of the vantage `outside` where it names none. */
  readonly outsideIPs?: readonly string[];
  readonly isNodeUp?: (name: string) => boolean;
  readonly clock?: NetworkClock;
  /** From 0 to 1, like `Math.random`. */
  readonly random?: () => number;
  /** Told of a program that threw while it took a connection, which is reset then, or a datagram. */
  readonly onListenerError?: OnListenerError;
}

/** A decided connection that waits for its stream. */
export interface Entry {
  readonly endpoint: DialedConnection['endpoint'];
  readonly sourceSeen: string;
  /** Gives the listener this socket of the host's own network as its end of the connection; no data is copied. */
  handOver(socket: Socket): void;
  /** Opens a stream within the process; the client's end of it. */
  open(): VirtualSocket;
}

/** The network with what the sandbox's own parts need beyond the contract with the kubelet. */
export interface SandboxNetwork extends PodNetwork {
  attach(pod: AttachedPod): SandboxPodNamespace;
  /** Like `dial`, but leaves the stream to the caller: for sockets that come in from the host. */
  enter(from: NetworkOrigin, target: {readonly host: string; readonly port: number}, options?: Patience): Promise<Entry>;
  /** A UDP socket at that vantage. */
  openDatagram(from: NetworkOrigin, options: DatagramSocketOptions): DatagramSocket;
  /** A UDP socket at an address that is no pod's. */
  openDatagramAt(address: string, options: DatagramSocketOptions): DatagramSocket;
  /** Addresses of a name as that vantage resolves it. Throws ENOTFOUND. */
  resolve(from: NetworkOrigin, name: string, family?: 4 | 6): readonly string[];
}

const DEFAULTS = {
  dnsServers: ['10.96.0.10'],
  nodeCIDRs: ['172.18.0.0/16', 'fd00:172:18::/64'],
  outsideIPs: ['172.18.0.1', 'fd00:172:18::1'],
};

/** The virtual network of one sandbox. TCP and UDP; SCTP is not
 * supported. Nothing of it leaves the process; only `startSocks5` and `startHostPorts` open doors to the host. */
export function createNetwork(options: NetworkOptions): SandboxNetwork {
  const {view, random = Math.random, clock = systemClock, isNodeUp = () => true, onListenerError = () => undefined} = options;
  const {dnsServers = DEFAULTS.dnsServers, nodeCIDRs = DEFAULTS.nodeCIDRs, outsideIPs = DEFAULTS.outsideIPs} = options;
  const hosts = new Hosts(view, random);
  const plane: DataPlane = {view, hosts, affinity: new AffinityTable(), clock, random, isNodeUp, nodeCIDRs};
  const wire = new Wire();
  const datagrams = new Datagrams(plane, wire, onListenerError);
  const outside = createHost({kind: 'Other', pod: null, node: null, ips: outsideIPs}, random);
  const resolvers = new Map<string, PodResolver>();

  const endpointOf = ({host, endpoint}: Admission): DialedConnection['endpoint'] => ({
    ...endpoint,
    pod: host.pod ?? podOnNode(view(), endpoint.address, endpoint.port),
  });

  const startOf = (from: NetworkOrigin): {readonly host: NetworkHost; readonly origin: Origin} => {
    if (from.kind === 'Outside') return {host: outside, origin: {kind: 'outside', ips: from.ip === undefined ? outsideIPs : [from.ip]}};
    const host = from.kind === 'Node' ? nodeHost(view(), hosts, from.name) : hosts.pod(from);
    if (!host || host.node === null) throw new NetworkError('ENETUNREACH', 'connect', {}, `there is no such ${from.kind.toLowerCase()}`);
    return {host, origin: {kind: 'inside', host, node: host.node}};
  };

  const resolve = (from: NetworkOrigin, name: string, family: 4 | 6 | null): readonly string[] => {
    const pod = from.kind === 'Pod' ? resolvers.get(`${from.namespace}/${from.name}`) : undefined;
    return pod ? lookupInPod(view(), dnsServers, pod, name, family, random) : lookupOutside(view(), name, family);
  };

  const enter: SandboxNetwork['enter'] = async (from, {host: name, port}, patience = {}) => {
    const {host, origin} = startOf(from);
    const {admission, target} = await firstThatAnswers(resolve(from, name, null), port, (to) => admit(plane, origin, to, patience));
    return {
      endpoint: endpointOf(admission),
      sourceSeen: admission.source,
      handOver: (socket) => handOverSocket(plane, admission, socket, onListenerError),
      open: () => openVirtual(plane, wire, admission, target, host, onListenerError),
    };
  };

  const dial: SandboxNetwork['dial'] = async (from, target, patience) => {
    const {endpoint, sourceSeen, open} = await enter(from, target, patience);
    return {connection: open(), endpoint, sourceSeen};
  };

  return {
    enter,
    dial,
    resolve: (from, name, family) => resolve(from, name, family ?? null),
    attach(pod) {
      const key = `${pod.namespace}/${pod.name}`;
      const origin: NetworkOrigin = {kind: 'Pod', namespace: pod.namespace, name: pod.name};
      const host = hosts.addPod(pod);
      const resolver: PodResolver = {resolver: pod.resolver, hosts: pod.hosts, ips: host.ips};
      resolvers.set(key, resolver);
      return createPodNamespace({
        host,
        connect: async (target, patience) => (await enter(origin, target, patience)).open(),
        lookup: (name, family) => resolve(origin, name, family),
        openDatagram: (socket) => datagrams.open(startOf(origin), socket),
        leave() {
          hosts.removePod(pod, host);
          if (resolvers.get(key) === resolver) resolvers.delete(key);
        },
      });
    },
    openDatagram: (from, socket) => datagrams.open(startOf(from), socket),
    openDatagramAt(address, socket) {
      const ip = canonicalIP(address) ?? address;
      const host = hostAt(hosts, ip);
      const ips = [ip];
      return datagrams.open({host, origin: {kind: 'outside', ips}}, {...socket, address: ip});
    },
    listenAt(address, port, onConnection: (connection: Connection) => void): Listener {
      const ip = canonicalIP(address) ?? address;
      return hostAt(hosts, ip).listeners.listen(port, ip, onConnection);
    },
  };
}

function hostAt(hosts: Hosts, ip: string): NetworkHost {
  const node = hosts.nodeAt(ip);
  return node ? hosts.node(node.name) : hosts.addOther(ip);
}

/** Which hostNetwork pod is meant at a node's address: the one that declares the port. */
function podOnNode(view: ClusterView, address: string, port: number): NamespacedName | null {
  const pods = (view.podsByIP.get(address) ?? []).flatMap((key) => view.pods.get(key) ?? []);
  const found = pods.find(({containers}) => containers.some(({ports}) => ports.some(({containerPort}) => containerPort === port)));
  return found ? {namespace: found.namespace, name: found.name} : null;
}

function nodeHost(view: ClusterView, hosts: Hosts, name: string): NetworkHost | null {
  return view.nodes.has(name) ? hosts.node(name) : null;
}

/** Tries a name's addresses in order, as clients do; the last failure stands. */
async function firstThatAnswers(
  addresses: readonly string[],
  port: number,
  attempt: (target: Target) => Promise<Admission>,
): Promise<{admission: Admission; target: Target}> {
  let failure: unknown = null;
  for (const address of addresses) {
    const target: Target = {address, port, protocol: 'TCP'};
    try {
      return {admission: await attempt(target), target};
    } catch (error) {
      failure = error;
      if (!(error instanceof NetworkError)) break; // the caller has given up
    }
  }
  throw failure ?? new NetworkError('ENOTFOUND', 'getaddrinfo');
}
