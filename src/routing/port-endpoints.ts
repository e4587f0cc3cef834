import {compareAddresses, hostPort} from '../ip/index.ts';
import type {ClusterView, Endpoint, EndpointSlice, IpFamily, Protocol} from '../model/index.ts';
import type {PortEndpoint} from './endpoint-set.ts';

/** Slices of a headless Service carry this label; kube-proxy does not watch those (cmd/kube-proxy/app/server.go). */
const HEADLESS_LABEL = 'service.kubernetes.io/headless';

const NO_SLICES: readonly EndpointSlice[] = [];

/**
 * The endpoints of a port, kept as long as the list of slices that they come from: that list is immutable, and a view after a change
 * shares those of all other Services, so an update costs one Service's endpoints and not the cluster's.
 */
const known = new WeakMap<readonly EndpointSlice[], Map<string, readonly PortEndpoint[]>>();

/** The slices of a Service; the same list for as long as none of them changes. */
export function slicesOf(view: ClusterView, service: string): readonly EndpointSlice[] {
  return view.slicesOf.get(service) ?? NO_SLICES;
}

/**
 * The endpoints of one Service port in one family, merged over the slices and ordered by address (pkg/proxy/endpointslicecache.go).
 * Slices that are marked headless are read only for headless Services. Of two with one address and port the later stands, unless it is terminating: a pod that ends may have given its address to a new one.
 */
export function endpointsOfPort(
  slices: readonly EndpointSlice[],
  family: IpFamily,
  portName: string,
  protocol: Protocol,
  headless = false,
): readonly PortEndpoint[] {
  let ports = known.get(slices);
  if (ports === undefined) {
    ports = new Map();
    known.set(slices, ports);
  }
  const key = `${headless ? 'headless/' : ''}${family}/${protocol}/${portName}`;
  let endpoints = ports.get(key);
  if (endpoints === undefined) {
    endpoints = merge(headless ? slices : slices.filter(isProxied), family, portName, protocol);
    ports.set(key, endpoints);
  }
  return endpoints;
}

function isProxied(slice: EndpointSlice): boolean {
  return !(HEADLESS_LABEL in slice.labels);
}

function merge(slices: readonly EndpointSlice[], family: IpFamily, portName: string, protocol: Protocol): readonly PortEndpoint[] {
  const byAddress = new Map<string, PortEndpoint>();
  for (const slice of slices) {
    if (slice.addressType !== family) continue;
    const port = slice.ports.find((candidate) => candidate.name === portName && candidate.protocol === protocol)?.port;
    if (port) for (const endpoint of slice.endpoints) putEndpoint(byAddress, endpoint, port);
  }
  return [...byAddress.values()].sort((left, right) => compareAddresses(left.address, right.address) || left.port - right.port);
}

function putEndpoint(byAddress: Map<string, PortEndpoint>, endpoint: Endpoint, port: number): void {
  const key = hostPort(endpoint.address, port);
  if (endpoint.terminating && byAddress.has(key)) return;
  byAddress.set(key, {
    address: endpoint.address,
    port,
    nodeName: endpoint.nodeName,
    zone: endpoint.zone,
    conditions: {ready: endpoint.ready, serving: endpoint.serving, terminating: endpoint.terminating},
    hints: {forZones: endpoint.zoneHints, forNodes: endpoint.nodeHints},
    pod: endpoint.pod && {namespace: endpoint.pod.namespace, name: endpoint.pod.name},
  });
}
