import type {ClusterView, Node, Service, ServicePort} from '../../model/index.ts';
import {healthCheck, loadBalancerNodes} from '../../routing/index.ts';

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
 * The nodes by which a connection to the address may come in: for a load balancer those that it chooses by the routing core's rules (ready, not
 * excluded by label, health check node port not answering 503), for an external IP all. A node that is stopped answers no health check.
 * Empty where the load balancer has none left: nothing answers then.
 */
export function entryNodes(
  view: ClusterView,
  {service}: ExternalTarget,
  address: string,
  isUp: (node: string) => boolean,
): readonly Node[] {
  const balanced = service.ingress.some(({ip}) => ip === address);
  const names = balanced
    ? loadBalancerNodes(view).filter((node) => healthCheck(view, service, node)?.status !== 503)
    : [...view.nodes.keys()];
  return names.filter(isUp).flatMap((name) => view.nodes.get(name) ?? []);
}
