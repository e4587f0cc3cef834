import {familyOf} from '../../ip/index.ts';
import {hostEntry} from './host-entry.ts';
import {entryNodes, findExternalTarget} from './load-balancer.ts';
import {addressLike, type NetworkHost} from './network-host.ts';
import {judged} from './node-forwarding.ts';
import {
  type DataPlane,
  deliver,
  type Hop,
  isOnNodeNetwork,
  isServiceAddress,
  nobody,
  nodeAddress,
  type Outcome,
  sourceBeyondPods,
  type Target,
  toHost,
} from './plane.ts';

/** Where a connection starts. */
export type Origin =
  | {readonly kind: 'inside'; readonly host: NetworkHost; readonly node: string}
  | {readonly kind: 'outside'; readonly ips: readonly string[]};

/**
 * Follows the first packet of a connection from where it starts: kube-proxy on the client's node (for pods and nodes), the wire, the load
 * balancer, kube-proxy on the node that it arrives at, the endpoint. Every decision about Services is the routing core's.
 */
export function followPacket(plane: DataPlane, origin: Origin, target: Target): Outcome {
  if (origin.kind === 'outside') return fromOutside(plane, origin.ips, target);
  const {host, node} = origin;
  if (!plane.isNodeUp(node)) return {kind: 'drop', reason: `node ${node} is stopped`};
  if (isLoopback(target.address)) return throughLoopback(plane, host, node, target);
  if (host.kind === 'Pod' && host.ips.includes(target.address)) return deliver(host, target, target.address, target.address);
  const source = addressLike(host.ips, target.address);
  if (source === null) return {kind: 'no-route', reason: `no ${familyOf(target.address)} address to send from`};
  return leaveThroughNode(plane, {node, source, client: source, target});
}

/** A pod's loopback is its own; a node's may serve node ports, which is the routing core's to say. */
function throughLoopback(plane: DataPlane, host: NetworkHost, node: string, target: Target): Outcome {
  if (host.kind !== 'Node') return deliver(host, target, target.address, target.address);
  const hop: Hop = {node, source: target.address, client: target.address, target};
  return judged(plane, hop, () => deliver(host, target, target.address, target.address));
}

function leaveThroughNode(plane: DataPlane, hop: Hop): Outcome {
  const {address} = hop.target;
  const special = plane.hosts.otherAt(address);
  if (special && isTaken(special, hop.target)) return deliver(special, hop.target, hop.source, hop.client);
  return judged(plane, hop, () => sendOn(plane, hop));
}

function isTaken(host: NetworkHost, {address, port, protocol}: Target): boolean {
  return (protocol === 'UDP' ? host.datagrams : host.listeners).find(address, port) !== null;
}

/** No Service rule touches the packet: it goes where its address says. */
function sendOn(plane: DataPlane, hop: Hop): Outcome {
  const {address, port} = hop.target;
  const node = plane.hosts.nodeAt(address);
  if (node?.name === hop.node) return deliver(plane.hosts.node(node.name), hop.target, hop.source, hop.client);
  const pod = plane.hosts.podAt(address);
  if (pod) return toHost(plane, pod, hop.target, pod.node === hop.node ? sourceToNeighbour(plane, hop, pod) : hop.source, hop.client);
  const abroad: Hop = {...hop, source: sourceBeyondPods(plane, hop.node, hop.source)};
  if (node) return arriveAtNode(plane, {...abroad, node: node.name});
  const other = plane.hosts.otherAt(address);
  if (other) return deliver(other, hop.target, abroad.source, hop.client);
  if (findExternalTarget(plane.view(), address, port)) return throughLoadBalancer(plane, abroad.source, hop.client, hop.target);
  return nobody(plane, address);
}

/** A node's own traffic to its own pods comes from where the route to them begins. */
function sourceToNeighbour(plane: DataPlane, hop: Hop, pod: NetworkHost): string {
  return plane.hosts.nodeAt(hop.source)?.name === hop.node ? nodeAddress(plane, hop.node, hop.source, pod) : hop.source;
}

function fromOutside(plane: DataPlane, ips: readonly string[], target: Target): Outcome {
  if (isLoopback(target.address)) return throughHostPort(plane, ips, target);
  const source = addressLike(ips, target.address);
  if (source === null) return {kind: 'no-route', reason: `no ${familyOf(target.address)} address to send from`};
  const node = plane.hosts.nodeAt(target.address);
  if (node) return arriveAtNode(plane, {node: node.name, source, client: source, target});
  if (findExternalTarget(plane.view(), target.address, target.port)) return throughLoadBalancer(plane, source, source, target);
  const other = plane.hosts.otherAt(target.address);
  if (other && !isServiceAddress(plane.view(), target.address)) return deliver(other, target, source, source);
  if (isOnNodeNetwork(plane, target.address)) return {kind: 'no-host', reason: `nobody has ${target.address}`};
  return {kind: 'no-route', reason: `${target.address} is not reachable from outside the cluster`};
}

/** The machine's own loopback: its node ports stand for those of a node. */
function throughHostPort(plane: DataPlane, ips: readonly string[], target: Target): Outcome {
  const entry = hostEntry(plane, ips, target);
  if (!entry) return {kind: 'refuse', reason: `no Service has the node port ${target.port}`};
  return fromOutside(plane, ips, {...target, address: entry.address});
}

function arriveAtNode(plane: DataPlane, hop: Hop): Outcome {
  if (!plane.isNodeUp(hop.node)) return {kind: 'drop', reason: `node ${hop.node} is stopped`};
  return judged(plane, hop, () => {
    if (plane.hosts.nodeAt(hop.target.address)?.name !== hop.node) {
      return {kind: 'drop', reason: `node ${hop.node} has no rule for ${hop.target.address}:${hop.target.port}`};
    }
    return deliver(plane.hosts.node(hop.node), hop.target, hop.source, hop.client);
  });
}

function throughLoadBalancer(plane: DataPlane, source: string, client: string, target: Target): Outcome {
  const owner = findExternalTarget(plane.view(), target.address, target.port);
  if (!owner) return {kind: 'drop', reason: `no load balancer has ${target.address}`};
  const nodes = entryNodes(plane.view(), owner, target.address, plane.isNodeUp);
  const node = nodes[Math.floor(plane.random() * nodes.length)];
  if (!node) return {kind: 'drop', reason: 'the load balancer has no node to send it to'};
  if (!owner.proxied) return arriveAtNode(plane, {node: node.name, source, client, target});
  const address = addressLike(node.internalIPs, target.address);
  const nodePort = owner.port?.nodePort ?? null;
  if (address === null || nodePort === null) return {kind: 'refuse', reason: 'the load balancer has no node port to forward to'};
  return arriveAtNode(plane, {node: node.name, source: target.address, client, target: {...target, address, port: nodePort}});
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
