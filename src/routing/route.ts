import {KiadaError} from '../errors.ts';
import {compareAddresses} from '../ip/index.ts';
import type {ClusterView, NamespacedName, Path, Route, Service, ServicePort, Vantage} from '../model/index.ts';
import {missingPath, pathsOf, routesBy} from './paths.ts';
import {deadEnd} from './route-record.ts';
import {type ProxiedPort, proxiedPorts} from './service-port.ts';
import {externalNameRoute, headlessRoutes} from './unproxied-route.ts';
import {type Origin, originOf} from './vantage.ts';

/** Which connections to follow. */
export interface RouteQuestion {
  readonly service: NamespacedName;
  /** A record, or `pod/NAME` (of the Service's namespace), `pod/NAMESPACE/NAME`, `node/NAME`, `outside`, `outside/IP`. */
  readonly from: Vantage | string;
  /** All paths that the Service has, where absent or `all`. */
  readonly via?: Path | 'all';
  /** The node that is addressed at a node port, or that the load balancer or router outside chooses. Absent: each in turn. */
  readonly entryNode?: string;
  /** A number or name of the Service's ports; all where absent. */
  readonly port?: number | string;
}

/**
 * Where connections to a Service go, from one vantage: a route for each path, address, port, family and possible entry node, with every
 * leg, the endpoints with their probabilities, those left out, and the reasons. What a node decides is `judgePacket`'s answer.
 * A path that the Service lacks or that is closed to the vantage is an answer too (`unreachable`).
 * Throws SERVICE_NOT_FOUND, NOT_FOUND (pod, node or port that does not exist) and USAGE (a vantage that cannot be read).
 */
export function route(view: ClusterView, question: RouteQuestion): Route[] {
  const service = findService(view, question.service);
  const origin = originOf(view, question.from, service.namespace);
  const via = question.via === undefined || question.via === 'all' ? null : question.via;
  if (question.entryNode !== undefined && !view.nodes.has(question.entryNode)) {
    throw new KiadaError('NOT_FOUND', `There is no node ${question.entryNode}.`);
  }
  const own: Path | null = service.type === 'ExternalName' ? 'externalname' : service.headless ? 'headless' : null;
  if (own !== null && via !== null && via !== own) return [closed(service, origin, via)];
  if (own === 'externalname') return [externalNameRoute(view, service, origin, portNumber(service, question.port))];
  const ports = portsAsked(service, question.port);
  if (own === 'headless') return [...headlessRoutes(view, service, origin, ports)];
  return proxiedRoutes(view, service, origin, via, ports, question.entryNode ?? null);
}

function proxiedRoutes(
  view: ClusterView,
  service: Service,
  origin: Origin,
  via: Path | null,
  ports: readonly ServicePort[],
  entryNode: string | null,
): Route[] {
  const all = proxiedPorts(service);
  const proxied = ports === service.ports ? all : all.filter((port) => ports.some((asked) => isOf(port, asked)));
  const found: Route[] = [];
  for (const port of proxied) {
    for (const path of pathsOf(service, port)) {
      if (via === null || path === via) found.push(...routesBy({view, service, origin, port, entryNode}, path));
    }
  }
  if (found.length === 0) return [closed(service, origin, via ?? 'clusterip', proxied.length === 0)];
  return found.length === 1 ? found : found.sort(byAddress);
}

function isOf(port: ProxiedPort, asked: ServicePort): boolean {
  return asked.name === port.name && asked.protocol === port.protocol;
}

const ORDER: readonly Path[] = ['clusterip', 'nodeport', 'loadbalancer', 'externalip', 'headless', 'externalname'];

/** Paths in their order, then ports, families and addresses. */
function byAddress(left: Route, right: Route): number {
  return (
    ORDER.indexOf(left.via) - ORDER.indexOf(right.via) ||
    (left.port ?? 0) - (right.port ?? 0) ||
    byText(left.protocol, right.protocol) ||
    compareAddresses(left.address ?? '', right.address ?? '') ||
    byText(left.entryNode, right.entryNode)
  );
}

/** By code units, which no locale changes. */
function byText(left: string | null, right: string | null): number {
  const [a, b] = [left ?? '', right ?? ''];
  return a < b ? -1 : a > b ? 1 : 0;
}

function closed(service: Service, origin: Origin, via: Path, unproxied = false): Route {
  const port = {namespace: service.namespace, serviceName: service.name, name: null, port: null, protocol: null, family: null};
  return deadEnd(origin, port, via, unproxied ? whyUnproxied(service) : missingPath(service, via));
}

function whyUnproxied(service: Service): string {
  if (service.clusterIPs.length === 0) return 'no cluster IP is allocated yet';
  return service.ports.length === 0
    ? 'the Service has no ports'
    : 'its label service.kubernetes.io/service-proxy-name leaves it to another proxy';
}

function findService(view: ClusterView, {namespace, name}: NamespacedName): Service {
  const service = view.services.get(`${namespace}/${name}`);
  if (service === undefined) throw new KiadaError('SERVICE_NOT_FOUND', `There is no Service ${name} in namespace ${namespace}.`);
  return service;
}

function portsAsked(service: Service, asked: number | string | undefined): readonly ServicePort[] {
  if (asked === undefined) return service.ports;
  const ports = service.ports.filter((port) => port.port === Number(asked) || port.name === asked);
  if (ports.length > 0) return ports;
  const has = service.ports.map((port) => (port.name === '' ? `${port.port}` : `${port.name} (${port.port})`)).join(', ') || 'none';
  throw new KiadaError('NOT_FOUND', `Service ${service.name} has no port ${asked}.`, {hint: `Its ports: ${has}.`});
}

/** The port of an ExternalName Service is the caller's, declared or not. */
function portNumber(service: Service, asked: number | string | undefined): number | null {
  const number = asked === undefined ? NaN : Number(asked);
  return Number.isInteger(number) ? number : (service.ports.find((port) => asked === undefined || port.name === asked)?.port ?? null);
}
