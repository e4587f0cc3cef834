import type {ClusterView, Node, Protocol, Service} from '../../model/index.ts';
import {loadBalancerNodes} from './load-balancer.ts';
import {addressLike} from './network-host.ts';

/** Where a connection to a node port on the host's own loopback enters the cluster. */
export interface HostEntry {
  readonly service: Service;
  readonly node: Node;
  readonly address: string;
}

/**
 * The node that stands for 127.0.0.1: with `externalTrafficPolicy: Local` the first that has a usable endpoint, else the first ready one,
 * by name. Its address is of the Service's first family that it has. null where no Service has the node port.
 */
export function hostEntry(view: ClusterView, nodePort: number, protocol: Protocol, isUp: (node: string) => boolean): HostEntry | null {
  const services = (view.servicesByNodePort.get(nodePort) ?? []).flatMap((key) => view.services.get(key) ?? []);
  const service = services.find(({ports}) => ports.some((port) => port.nodePort === nodePort && port.protocol === protocol));
  if (!service) return null;
  const able = loadBalancerNodes(view, service, isUp);
  const all = [...view.nodes.values()];
  const node = byName(able.length > 0 ? able : all.some(({ready}) => ready) ? all.filter(({ready}) => ready) : all)[0];
  const address = node ? firstAddress(node, service) : null;
  return node && address !== null ? {service, node, address} : null;
}

function firstAddress(node: Node, service: Service): string | null {
  for (const family of service.ipFamilies.length > 0 ? service.ipFamilies : ['IPv4']) {
    const address = addressLike(node.internalIPs, family === 'IPv6' ? '::' : '0.0.0.0');
    if (address !== null) return address;
  }
  return null;
}

function byName(nodes: readonly Node[]): readonly Node[] {
  return nodes.toSorted((one, other) => one.name.localeCompare(other.name, 'en', {numeric: true}));
}
