import {hostPort} from '../ip/index.ts';
import type {ClusterView, Service, ServicePort} from '../model/index.ts';

/** A Service variable of a container, with the name of the Service that it comes from. */
export interface ServiceVariable {
  readonly name: string;
  readonly value: string;
  readonly service: string;
}

/** The API server's own Service, which every pod sees whatever its namespace and `enableServiceLinks`. */
const MASTER_SERVICE = 'kubernetes';

/**
 * The variables that a container started now in this namespace would have, by Service: of each one with a cluster IP,
 * in the order of kubelet's own list (pkg/kubelet/envvars), Services by name as kubelet's map order is random.
 * Where two Services give the same variable, as `db` and `db-port` may, the later one stands.
 */
export function serviceVariables(
  view: ClusterView,
  namespace: string,
  options: {readonly enableServiceLinks?: boolean} = {},
): readonly ServiceVariable[] {
  const variables = new Map<string, ServiceVariable>();
  for (const service of visibleServices(view, namespace, options.enableServiceLinks ?? true)) {
    for (const variable of variablesOf(service)) variables.set(variable.name, variable);
  }
  return [...variables.values()];
}

/** The variables of one Service that a container of its namespace would have: without those that a later Service gives anew. */
export function standingVariables(view: ClusterView, service: Service): readonly ServiceVariable[] {
  const own = variableName(service.name);
  // only names that begin alike, as `db` and `db-port` do, can come to the same variable
  const rivals = [...view.services.values()].filter(({name, namespace, clusterIPs}) => {
    if (namespace !== service.namespace || clusterIPs.length === 0 || name <= service.name) return false;
    const other = variableName(name);
    return other.startsWith(`${own}_`) || own.startsWith(`${other}_`);
  });
  const taken = new Set(rivals.flatMap(variablesOf).map(({name}) => name));
  const standing = new Map(variablesOf(service).map((variable) => [variable.name, variable]));
  return [...standing.values()].filter(({name}) => !taken.has(name));
}

/** A Service of the pod's own namespace comes before the API server's of the same name. */
function visibleServices(view: ClusterView, namespace: string, links: boolean): readonly Service[] {
  const byName = new Map<string, Service>();
  for (const service of view.services.values()) {
    if (service.clusterIPs.length === 0) continue;
    const master = service.namespace === 'default' && service.name === MASTER_SERVICE;
    if (master) byName.set(service.name, byName.get(service.name) ?? service);
    else if (service.namespace === namespace && links) byName.set(service.name, service);
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The variables of one Service: host, port, named ports, then those of Docker's container links. Empty without a cluster IP. */
export function variablesOf(service: Service): readonly ServiceVariable[] {
  const host = service.clusterIPs[0];
  const first = service.ports[0];
  if (host === undefined || first === undefined) return [];
  const prefix = variableName(service.name);
  const named = service.ports
    .filter((port) => port.name !== '')
    .map((port) => [`${prefix}_SERVICE_PORT_${variableName(port.name)}`, String(port.port)] as const);
  const pairs = [
    [`${prefix}_SERVICE_HOST`, host],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...named,
    [`${prefix}_PORT`, url(first, host)],
    ...service.ports.flatMap((port) => linkVariables(prefix, port, host)),
  ] as const;
  return pairs.map(([name, value]) => ({name, value, service: service.name}));
}

function linkVariables(prefix: string, port: ServicePort, host: string): readonly (readonly [string, string])[] {
  const name = `${prefix}_PORT_${port.port}_${port.protocol}`;
  return [
    [name, url(port, host)],
    [`${name}_PROTO`, port.protocol.toLowerCase()],
    [`${name}_PORT`, String(port.port)],
    [`${name}_ADDR`, host],
  ];
}

function url(port: ServicePort, host: string): string {
  return `${port.protocol.toLowerCase()}://${hostPort(host, port.port)}`;
}

/** Only dashes are replaced: a leading digit stays, and makes a name that a shell cannot read. */
function variableName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
