import {canonicalIP} from '../../ip/index.ts';
import type {ClusterView, NamespacedName, Node} from '../../model/index.ts';
import type {AttachedPod} from '../pod-network.ts';
import {createHost, type NetworkHost} from './network-host.ts';

/** Who has which address on the virtual network. */
export class Hosts {
  readonly #view: () => ClusterView;
  readonly #random: () => number;
  readonly #pods = new Map<string, NetworkHost>();
  readonly #podsByIP = new Map<string, NetworkHost>();
  readonly #nodes = new Map<string, NetworkHost>();
  readonly #others = new Map<string, NetworkHost>();
  #nodesIndexed: ReadonlyMap<string, Node> | null = null;
  #nodeByIP = new Map<string, Node>();

  constructor(view: () => ClusterView, random: () => number) {
    this.#view = view;
    this.#random = random;
  }

  /** A pod comes: its own namespace, or its node's with hostNetwork. */
  addPod(pod: AttachedPod): NetworkHost {
    const host = pod.hostNetwork ? this.node(pod.node) : this.#createPod(pod);
    this.#pods.set(keyOf(pod), host);
    return host;
  }

  removePod(pod: AttachedPod, host: NetworkHost): void {
    if (this.#pods.get(keyOf(pod)) === host) this.#pods.delete(keyOf(pod));
    for (const ip of host.ips) if (this.#podsByIP.get(ip) === host) this.#podsByIP.delete(ip);
  }

  pod(name: NamespacedName): NetworkHost | null {
    return this.#pods.get(keyOf(name)) ?? null;
  }

  podAt(ip: string): NetworkHost | null {
    return this.#podsByIP.get(ip) ?? null;
  }

  /** The node's namespace, made when it is first asked for. */
  node(name: string): NetworkHost {
    const known = this.#nodes.get(name);
    if (known) return known;
    const view = this.#view;
    const host = createHost({kind: 'Node', pod: null, node: name, ips: []}, this.#random);
    // A node's addresses are what its status says now.
    Object.defineProperty(host, 'ips', {get: () => view().nodes.get(name)?.internalIPs ?? []});
    this.#nodes.set(name, host);
    return host;
  }

  /** The node that has this address. */
  nodeAt(ip: string): Node | null {
    const {nodes} = this.#view();
    if (this.#nodesIndexed !== nodes) this.#indexNodes(nodes);
    return this.#nodeByIP.get(ip) ?? null;
  }

  /** What is neither pod nor node: the API server, the DNS server. */
  otherAt(ip: string): NetworkHost | null {
    return this.#others.get(ip) ?? null;
  }

  addOther(ip: string): NetworkHost {
    const known = this.#others.get(ip);
    if (known) return known;
    const host = createHost({kind: 'Other', pod: null, node: null, ips: [ip]}, this.#random);
    this.#others.set(ip, host);
    return host;
  }

  /** All pods that share the namespace: more than one on a node's. */
  podsOf(host: NetworkHost): readonly string[] {
    return [...this.#pods].filter(([, other]) => other === host).map(([key]) => key);
  }

  #createPod(pod: AttachedPod): NetworkHost {
    const ips = pod.ips.map((ip) => canonicalIP(ip) ?? ip);
    const {namespace, name} = pod;
    const host = createHost({kind: 'Pod', pod: {namespace, name}, node: pod.node, ips}, this.#random);
    for (const ip of ips) this.#podsByIP.set(ip, host);
    return host;
  }

  #indexNodes(nodes: ReadonlyMap<string, Node>): void {
    this.#nodesIndexed = nodes;
    this.#nodeByIP = new Map();
    for (const node of nodes.values()) {
      for (const ip of [...node.internalIPs, ...node.externalIPs]) this.#nodeByIP.set(canonicalIP(ip) ?? ip, node);
    }
  }
}

function keyOf(name: NamespacedName): string {
  return `${name.namespace}/${name.name}`;
}
