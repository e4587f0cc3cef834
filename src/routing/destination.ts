import type {ClusterView, Protocol} from '../model/index.ts';
import type {NodeProxy} from './proxy-settings.ts';
import {type ProxiedPort, proxiedPorts} from './service-port.ts';

/** The way by which a packet's destination names a Service port. */
export type ProxiedPath = 'clusterip' | 'nodeport' | 'loadbalancer' | 'externalip';

/** A Service port that a packet is addressed to. */
export interface Destination {
  readonly port: ProxiedPort;
  readonly path: ProxiedPath;
}

/**
 * The Service port that has this address and port, if one has. Of several (no API server lets that happen) the first by name.
 * The port that is asked about, where there is one, is the view's own.
 */
export function findByAddress(
  view: ClusterView,
  proxy: NodeProxy,
  address: string,
  number: number,
  protocol: Protocol,
  asked: ProxiedPort | null = null,
): Destination | null {
  const services = view.servicesByIP.get(address) ?? NO_SERVICES;
  // most often it is the one asked about, and no other Service has the address
  if (asked !== null && !asked.shadowed && services.length === 1 && services[0] === asked.service) {
    if (hasPort(asked, proxy, address, number, protocol)) return {port: asked, path: pathOf(asked, address)};
  }
  // not by `portsAt`: this is asked for each connection, and a generator costs as much as the rest of it
  for (const service of services) {
    const record = view.services.get(service);
    for (const port of record === undefined ? NO_PORTS : proxiedPorts(record)) {
      if (hasPort(port, proxy, address, number, protocol)) return {port, path: pathOf(port, address)};
    }
  }
  return null;
}

function hasPort(port: ProxiedPort, proxy: NodeProxy, address: string, number: number, protocol: Protocol): boolean {
  return port.port === number && port.protocol === protocol && port.family === proxy.family && isServedAt(port, address);
}

const NO_SERVICES: readonly string[] = [];
const NO_PORTS: readonly ProxiedPort[] = [];

/** The Service port with this node port. */
export function findByNodePort(view: ClusterView, proxy: NodeProxy, number: number, protocol: Protocol): Destination | null {
  for (const service of view.servicesByNodePort.get(number) ?? []) {
    const record = view.services.get(service);
    for (const port of record === undefined ? [] : proxiedPorts(record)) {
      if (port.nodePort === number && port.protocol === protocol && port.family === proxy.family) return {port, path: 'nodeport'};
    }
  }
  return null;
}

/** Whether the address is the cluster IP of a Service that has any port. */
export function isClusterIP(view: ClusterView, proxy: NodeProxy, address: string): boolean {
  for (const port of portsAt(view, proxy, address)) if (port.clusterIP === address) return true;
  return false;
}

/** Whether any Service has the address: as cluster IP, external IP, or as a load balancer address that kube-proxy serves. */
export function isServiceAddress(view: ClusterView, proxy: NodeProxy, address: string): boolean {
  return !portsAt(view, proxy, address).next().done;
}

function* portsAt(view: ClusterView, proxy: NodeProxy, address: string): Generator<ProxiedPort> {
  for (const service of view.servicesByIP.get(address) ?? []) {
    const record = view.services.get(service);
    for (const port of record === undefined ? [] : proxiedPorts(record)) {
      if (port.family === proxy.family && isServedAt(port, address)) yield port;
    }
  }
}

function isServedAt(port: ProxiedPort, address: string): boolean {
  return port.clusterIP === address || port.vips.includes(address) || port.externalIPs.includes(address);
}

function pathOf(port: ProxiedPort, address: string): ProxiedPath {
  if (port.clusterIP === address) return 'clusterip';
  return port.vips.includes(address) ? 'loadbalancer' : 'externalip';
}
