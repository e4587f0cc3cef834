import type {ClusterView, IpFamily} from '../model/index.ts';
import {type CandidateEndpoint, isReady} from './endpoint-set.ts';
import {endpointsOfPort, slicesOf} from './port-endpoints.ts';
import {judgePort} from './port-judgement.ts';
import {type ProxiedPort, proxiedPorts} from './service-port.ts';

/** Nodes with this label are left out by load balancers (cloud provider's Service controller). */
const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** What a Service's health check node port answers on one node. */
export interface HealthCheck {
  readonly port: number;
  readonly status: 200 | 503;
  readonly localEndpoints: number;
}

/** The health check node ports of a family by `namespace/name`: Services of type LoadBalancer with externalTrafficPolicy Local. */
export function healthCheckNodePorts(view: ClusterView, family: IpFamily): ReadonlyMap<string, number> {
  const ports = portsOfFamily(view, family).flatMap(({service, healthCheckNodePort}) =>
    healthCheckNodePort === null ? [] : ([[service, healthCheckNodePort]] as const),
  );
  return new Map(ports);
}

/**
 * The number of ready endpoint addresses on a node by `namespace/name`, without those that have none; an address with two ports counts
 * once. Terminating endpoints do not count even while they still get traffic, so that load balancers turn away in time.
 */
export function localReadyEndpoints(view: ClusterView, family: IpFamily, node: string): ReadonlyMap<string, number> {
  const counts = [...view.slicesOf.keys()].map((service) => [service, countLocalReady(view, service, family, node)] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** The same for one Service. */
function countLocalReady(view: ClusterView, service: string, family: IpFamily, node: string): number {
  const slices = slicesOf(view, service);
  const ports = slices.flatMap((slice) => (slice.addressType === family ? slice.ports : []));
  const addresses = new Set<string>();
  for (const port of ports) {
    for (const endpoint of endpointsOfPort(slices, family, port.name, port.protocol)) {
      if (endpoint.nodeName === node && isReady(endpoint)) addresses.add(endpoint.address);
    }
  }
  return addresses.size;
}

/**
 * What the health check node port of a Service answers on a node: 200 where a ready endpoint is there, else 503. Null where it has none. Of a
 * Service with two families each has a kube-proxy of its own: without `family` it is the first one's answer.
 */
export function healthCheck(
  view: ClusterView,
  service: {readonly namespace: string; readonly name: string},
  node: string,
  family?: IpFamily,
): HealthCheck | null {
  const key = `${service.namespace}/${service.name}`;
  const record = view.services.get(key);
  const isAsked = (port: ProxiedPort) => port.healthCheckNodePort !== null && (family === undefined || port.family === family);
  const proxied = record === undefined ? undefined : proxiedPorts(record).find(isAsked);
  if (proxied === undefined || proxied.healthCheckNodePort === null) return null;
  const localEndpoints = countLocalReady(view, key, proxied.family, node);
  return {port: proxied.healthCheckNodePort, status: localEndpoints > 0 ? 200 : 503, localEndpoints};
}

/**
 * The number of Service ports that a Local policy leaves without an endpoint on a node while others have some: what kube-proxy's metric
 * `sync_proxy_rules_no_local_endpoints_total` counts.
 */
export function noLocalEndpoints(
  view: ClusterView,
  family: IpFamily,
  node: string,
): {readonly internal: number; readonly external: number} {
  const judged = portsOfFamily(view, family).map((port) => ({port, judgement: judgePort(view, port, node).judgement}));
  const empty = judged.filter(({judgement}) => judgement.hasAnyEndpoints && (judgement.localEndpoints?.length ?? 0) === 0);
  return {
    internal: empty.filter(({port}) => port.internalTrafficPolicy === 'Local').length,
    external: empty.filter(({port}) => port.externalTrafficPolicy === 'Local').length,
  };
}

/** Endpoints of each proxied or unproxied Service port by `namespace/name:port:protocol`, as kube-proxy of a family merges the slices. */
export function endpointMap(view: ClusterView, family: IpFamily): ReadonlyMap<string, readonly CandidateEndpoint[]> {
  const map = new Map<string, readonly CandidateEndpoint[]>();
  for (const [service, slices] of view.slicesOf) {
    for (const port of slices.flatMap((slice) => slice.ports)) {
      const endpoints = endpointsOfPort(slices, family, port.name, port.protocol);
      if (endpoints.length > 0) map.set(`${service}:${port.name}:${port.protocol}`, endpoints);
    }
  }
  return map;
}

/** The nodes that a load balancer outside may choose at all: ready ones (all, where none says so) that no label excludes; by name. */
export function loadBalancerNodes(view: ClusterView): readonly string[] {
  const nodes = [...view.nodes.values()].filter((node) => !(EXCLUDED_LABEL in node.labels));
  const ready = nodes.filter((node) => node.ready);
  return (ready.length > 0 ? ready : nodes).map((node) => node.name).sort();
}

function portsOfFamily(view: ClusterView, family: IpFamily): readonly ProxiedPort[] {
  return [...view.services.values()].flatMap((service) => proxiedPorts(service).filter((port) => port.family === family));
}
