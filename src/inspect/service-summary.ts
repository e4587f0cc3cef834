import type {ClusterView, EndpointStatus, Path, Service, ServiceSummary, Severity} from '../model/index.ts';

/** One line about a Service: addresses, ports, endpoints, the ways in. */
export function summarize(service: Service, endpoints: readonly EndpointStatus[], worstFinding: Severity | null): ServiceSummary {
  return {
    namespace: service.namespace,
    name: service.name,
    type: service.type,
    clusterIPs: service.headless ? ['None'] : service.clusterIPs,
    externalAddresses: [...service.ingress.flatMap((ingress) => ingress.ip ?? ingress.hostname ?? []), ...service.externalIPs],
    externalName: service.externalName,
    ports: service.ports.map((port) => ({...port, name: port.name || null})),
    readyEndpoints: endpoints.filter((endpoint) => endpoint.ready).length,
    totalEndpoints: endpoints.length,
    paths: pathsOf(service),
    worstFinding,
  };
}

/** The ways into a Service that exist by its type and addresses. */
export function pathsOf(service: Service): readonly Path[] {
  if (service.type === 'ExternalName') return ['externalname'];
  const paths: Path[] = [];
  if (service.headless) paths.push('headless');
  else if (service.clusterIPs.length > 0) paths.push('clusterip');
  if (service.ports.some((port) => port.nodePort !== null)) paths.push('nodeport');
  if (service.ingress.length > 0) paths.push('loadbalancer');
  if (service.externalIPs.length > 0) paths.push('externalip');
  return paths;
}

/** The Services of a view in one namespace or (null) all, by namespace and name. */
export function servicesOf(view: ClusterView, namespace: string | null): readonly Service[] {
  return [...view.services.values()]
    .filter((service) => namespace === null || service.namespace === namespace)
    .toSorted((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
