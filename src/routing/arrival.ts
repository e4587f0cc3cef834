import {hostPort} from '../ip/index.ts';
import type {ClusterView, IpFamily, RouteStep} from '../model/index.ts';
import {healthCheck} from './health-check.ts';
import {nodeProxy} from './proxy-settings.ts';
import type {ProxiedPort} from './service-port.ts';
import {type Origin, sourceOf} from './vantage.ts';

/** A connection at the moment when the kube-proxy of its entry node meets it. */
export interface Arrival {
  readonly entryNode: string;
  /** null for an outside client whose address is not given. */
  readonly source: string | null;
  readonly address: string;
  readonly number: number;
  /** What happened on the way. */
  readonly steps: readonly RouteStep[];
}

/** Addresses for documentation (RFC 5737, RFC 3849) that stand for an outside client without a name. */
export const SOME_CLIENT: Readonly<Record<IpFamily, string>> = {IPv4: '203.0.113.254', IPv6: '2001:db8:ffff::fe'};

/** From a pod or node to an address that the kube-proxy of its own node translates. */
export function arriveAtOwnNode(origin: Origin, node: string, port: ProxiedPort, address: string): Arrival {
  return {entryNode: node, source: sourceOf(origin, port.family), address, number: port.port, steps: []};
}

/**
 * At a node port. Whoever sends from another node is a client like any other there; its address on arrival is up to the network plugin,
 * and most give pods' traffic to other nodes the address of the pod's node (`podTrafficToNodesMasqueraded`).
 */
export function arriveAtNodePort(view: ClusterView, origin: Origin, entry: string, port: ProxiedPort): Arrival | null {
  const address = nodeProxy(view, entry, port.family).primaryIP;
  if (address === null || port.nodePort === null) return null;
  const own = sourceOf(origin, port.family);
  const source = leavesMasqueraded(view, origin, entry) ? nodeProxy(view, origin.node as string, port.family).primaryIP : own;
  const masquerade: RouteStep = {
    at: `node/${origin.node}`,
    action: 'masquerade',
    detail: `${own} -> ${source} on the way to another node`,
  };
  const enter: RouteStep = {at: `node/${entry}`, action: 'enter', detail: `node port ${hostPort(address, port.nodePort)}${from(source)}`};
  return {entryNode: entry, source, address, number: port.nodePort, steps: source === own ? [enter] : [masquerade, enter]};
}

/** From outside by a load balancer that keeps the destination and the source up to the node it chooses. */
export function arriveByLoadBalancer(
  view: ClusterView,
  origin: Origin,
  entry: string,
  port: ProxiedPort,
  address: string,
  of: number,
): Arrival {
  const check = healthCheck(view, {namespace: port.namespace, name: port.serviceName}, entry);
  const health = check === null ? '' : `; health check node port ${check.port} answers ${check.status} (${check.localEndpoints} local)`;
  const share = of === 1 ? 'the only node it may choose' : `one of ${of} nodes it may choose`;
  const balance: RouteStep = {at: `load balancer ${address}`, action: 'load-balance', detail: `to node ${entry}, ${share}${health}`};
  return enterFromOutside(origin, entry, port, address, [balance]);
}

/** From outside to an address that the network routes to some node. */
export function enterFromOutside(
  origin: Origin,
  entry: string,
  port: ProxiedPort,
  address: string,
  before: readonly RouteStep[] = [],
): Arrival {
  const source = sourceOf(origin, port.family);
  const enter: RouteStep = {at: `node/${entry}`, action: 'enter', detail: `${hostPort(address, port.port)}${from(source)}`};
  return {entryNode: entry, source, address, number: port.port, steps: [...before, enter]};
}

function leavesMasqueraded(view: ClusterView, origin: Origin, entry: string): boolean {
  return origin.podNetwork && origin.node !== entry && origin.node !== null && view.options.podTrafficToNodesMasqueraded;
}

function from(source: string | null): string {
  return source === null ? '' : ` from ${source}`;
}
