import {cidrContains, numberToAddress, parseCidr} from '../../ip/index.ts';
import type {ClusterView, Protocol} from '../../model/index.ts';
import type {MatchedPort} from '../../routing/index.ts';
import type {AffinityTable, EndpointAddress} from './affinity-table.ts';
import type {NetworkClock} from './clock.ts';
import type {Hosts} from './hosts.ts';
import {addressLike, type NetworkHost} from './network-host.ts';

/** What the data plane decides with. */
export interface DataPlane {
  readonly view: () => ClusterView;
  readonly hosts: Hosts;
  readonly affinity: AffinityTable;
  readonly clock: NetworkClock;
  readonly random: () => number;
  /** False for a node that was stopped on purpose: what goes to it or through it is lost. */
  readonly isNodeUp: (name: string) => boolean;
  /** The network that nodes, load balancers and outside clients share. */
  readonly nodeCIDRs: readonly string[];
}

export interface Target {
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
}

/** What becomes of the first packet. */
export type Outcome =
  | {
      readonly kind: 'deliver';
      readonly host: NetworkHost;
      /** Address and port on that host, after destination NAT. */
      readonly endpoint: EndpointAddress;
      /** The client's address as the server sees it. */
      readonly source: string;
      /** Source NAT gave it another port too. */
      readonly rewritten: boolean;
      /** The client's own address. */
      readonly client: string;
      /** The Service port by which it came there; null where none was involved. */
      readonly servicePort: MatchedPort | null;
    }
  | {readonly kind: 'refuse' | 'drop' | 'no-route' | 'no-host'; readonly reason: string};

/** A packet on its way, at one node. */
export interface Hop {
  readonly node: string;
  /** As it is now, and as the client has it. */
  readonly source: string;
  readonly client: string;
  readonly target: Target;
}

/**
 * What masquerading makes of a source: the node's address of that family, or its address on the pod side where the endpoint is a pod of the
 * same node and the network plugin works that way.
 */
export function nodeAddress(plane: DataPlane, node: string, source: string, to: NetworkHost | null): string {
  const {nodes, options} = plane.view();
  const record = nodes.get(node);
  if (options.masqueradeToPodGateway && to?.kind === 'Pod' && to.node === node) {
    const gateway = addressLike(record?.podCIDRs.map(firstAddress) ?? [], source);
    if (gateway !== null) return gateway;
  }
  return addressLike(record?.internalIPs ?? [], source) ?? source;
}

/** The first address of a pod range, `10.244.1.1` of `10.244.1.0/24`: the node's own on the pod side. */
function firstAddress(podCIDR: string): string {
  const cidr = parseCidr(podCIDR);
  return cidr === null ? podCIDR : numberToAddress(cidr.network + 1n, cidr.family);
}

/** The network plugin gives pods' traffic to nodes and beyond the sending node's address. */
export function sourceBeyondPods(plane: DataPlane, node: string, source: string): string {
  const isPod = plane.hosts.podAt(source) !== null;
  return isPod && plane.view().options.podTrafficToNodesMasqueraded ? nodeAddress(plane, node, source, null) : source;
}

/** To a host on whatever node; lost when that node is stopped. */
export function toHost(plane: DataPlane, host: NetworkHost, target: Target, source: string, client: string): Outcome {
  if (host.node !== null && !plane.isNodeUp(host.node)) return {kind: 'drop', reason: `node ${host.node} is stopped`};
  return deliver(host, target, source, client);
}

/** Where somebody is; whether they listen is seen when the connection is made. */
export function deliver(host: NetworkHost, target: Target, source: string, client: string): Outcome {
  const endpoint = {address: target.address, port: target.port};
  return {kind: 'deliver', host, endpoint, source, rewritten: source !== client, client, servicePort: null};
}

/** Nobody has that address: what a network says to it. */
export function nobody(plane: DataPlane, address: string): Outcome {
  const view = plane.view();
  if (view.servicesByIP.has(address)) return {kind: 'drop', reason: `no rule for ${address}`};
  if (isOnNodeNetwork(plane, address) || isPodAddress(view, address)) return {kind: 'no-host', reason: `nobody has ${address}`};
  return {kind: 'no-route', reason: `${address} is outside the sandbox, which sends nothing beyond itself`};
}

export function isOnNodeNetwork(plane: DataPlane, address: string): boolean {
  return isIn(plane.nodeCIDRs, address);
}

export function isServiceAddress(view: ClusterView, address: string): boolean {
  return view.servicesByIP.has(address) || isIn(view.options.serviceCIDRs, address);
}

function isPodAddress(view: ClusterView, address: string): boolean {
  return isIn([...view.options.clusterCIDRs, ...[...view.nodes.values()].flatMap(({podCIDRs}) => podCIDRs)], address);
}

function isIn(cidrs: readonly string[], address: string): boolean {
  return cidrs.some((text) => {
    const cidr = parseCidr(text);
    return cidr !== null && cidrContains(cidr, address);
  });
}
