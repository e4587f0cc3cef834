import {familyOf} from '../ip/index.ts';
import type {ClusterView, Service, ServicePath, ServicePort} from '../model/index.ts';

const INSIDE = ['pod', 'node'] as const;
const EVERYWHERE = ['pod', 'node', 'outside'] as const;

/** Each address and port under which the Service can be reached, from where, and whether the server then sees the caller's own address. */
export function servicePaths(view: ClusterView, service: Service): readonly ServicePath[] {
  if (service.type === 'ExternalName') {
    const address = service.externalName ?? '';
    return [{path: 'externalname', address, port: null, reachableFrom: EVERYWHERE.slice(0, 2), clientAddressKept: true}];
  }
  return service.headless
    ? [...headlessPaths(view, service), ...externalPaths(view, service)]
    : [...clusterPaths(service), ...externalPaths(view, service)];
}

function headlessPaths(view: ClusterView, service: Service): readonly ServicePath[] {
  const zone = view.options.clusterDomain.replace(/\.$/, '');
  const address = `${service.name}.${service.namespace}.svc.${zone}`;
  const path = (port: number | null): ServicePath => ({path: 'headless', address, port, reachableFrom: INSIDE, clientAddressKept: true});
  // a name is no proxy: the caller must ask for the target port; a named one differs by pod
  return service.ports.length === 0
    ? [path(null)]
    : service.ports.map((port) => path(typeof port.targetPort === 'number' ? port.targetPort : null));
}

function clusterPaths(service: Service): readonly ServicePath[] {
  return service.clusterIPs.flatMap((address) =>
    service.ports.map((port) => ({path: 'clusterip' as const, address, port: port.port, reachableFrom: INSIDE, clientAddressKept: true})),
  );
}

function externalPaths(view: ClusterView, service: Service): readonly ServicePath[] {
  const clientAddressKept = service.externalTrafficPolicy === 'Local';
  const outside = (path: ServicePath['path'], address: string, port: number | null): ServicePath => ({
    path,
    address,
    port,
    reachableFrom: EVERYWHERE,
    clientAddressKept,
  });
  const ingress = service.ingress.flatMap((entry) => entry.ip ?? entry.hostname ?? []);
  return [
    ...nodePorts(service).flatMap((port) => nodeAddresses(view, service).map((address) => outside('nodeport', address, port.nodePort))),
    ...ingress.flatMap((address) => service.ports.map((port) => outside('loadbalancer', address, port.port))),
    ...service.externalIPs.flatMap((address) => service.ports.map((port) => outside('externalip', address, port.port))),
  ];
}

function nodePorts(service: Service): readonly ServicePort[] {
  return service.ports.filter((port) => port.nodePort !== null);
}

/** The nodes' primary addresses of the Service's families: where nftables-mode kube-proxy serves node ports. */
function nodeAddresses(view: ClusterView, service: Service): readonly string[] {
  const families = new Set(service.ipFamilies);
  return [...view.nodes.values()].flatMap((node) => {
    const primary = [...families].flatMap((family) => node.internalIPs.find((address) => familyOf(address) === family) ?? []);
    return primary;
  });
}
