import type {ClusterView, Node, Service, ServicePort} from '../../model/index.ts';

const EXCLUDED = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** The Service that an external address belongs to, with the port that was addressed (null: it has no such port). */
export interface ExternalTarget {
  readonly service: Service;
  readonly port: ServicePort | null;
  /** The load balancer ends the connection and opens its own to a node port, from its own address. */
  readonly proxied: boolean;
}

/** Whose load balancer address or external IP this is; null: nobody's. */
export function findExternalTarget(view: ClusterView, address: string, port: number): ExternalTarget | null {
  const keys = view.servicesByIP.get(address) ?? [];
  const owners = keys.flatMap((key) => view.services.get(key) ?? []).filter((service) => isExternalAddress(service, address));
  const service = owners.find((owner) => owner.ports.some((candidate) => candidate.port === port)) ?? owners[0];
  if (!service) return null;
  const ingress = service.ingress.find(({ip}) => ip === address);
  return {service, port: service.ports.find((candidate) => candidate.port === port) ?? null, proxied: ingress?.ipMode === 'Proxy'};
}

function isExternalAddress(service: Service, address: string): boolean {
  return service.externalIPs.includes(address) || service.ingress.some(({ip}) => ip === address);
}

/**
 * The nodes that the load balancer sends connections to: ready ones that are not excluded by label and, with
 * `externalTrafficPolicy: Local`, whose health check node port answers 200, which takes a ready local endpoint. While no node has one,
 * those whose last endpoints are terminating still get the traffic, as with a load balancer that has not noticed yet.
 * Empty with Local when no node has any: nothing answers then.
 */
export function loadBalancerNodes(view: ClusterView, service: Service, isUp: (node: string) => boolean): readonly Node[] {
  const able = [...view.nodes.values()].filter((node) => node.ready && isUp(node.name) && !(EXCLUDED in node.labels));
  if (service.externalTrafficPolicy !== 'Local') return able;
  const ready = able.filter((node) => hasLocalEndpoint(view, service, node.name, 'ready'));
  return ready.length > 0 ? ready : able.filter((node) => hasLocalEndpoint(view, service, node.name, 'serving'));
}

function hasLocalEndpoint(view: ClusterView, service: Service, node: string, condition: 'ready' | 'serving'): boolean {
  const slices = view.slicesOf.get(`${service.namespace}/${service.name}`) ?? [];
  return slices.some(({endpoints}) => endpoints.some((endpoint) => endpoint.nodeName === node && endpoint[condition]));
}
