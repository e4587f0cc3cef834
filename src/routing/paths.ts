import {familyOf} from '../ip/index.ts';
import type {ClusterView, Path, Route, RouteStep, Service} from '../model/index.ts';
import {arriveAtNodePort, arriveAtOwnNode, arriveByLoadBalancer, enterFromOutside} from './arrival.ts';
import type {ProxiedPath} from './destination.ts';
import {healthCheck, loadBalancerNodes} from './health-check.ts';
import {proxiedRoute} from './proxied-route.ts';
import {deadEnd} from './route-record.ts';
import type {ProxiedPort} from './service-port.ts';
import {type Origin, sourceOf} from './vantage.ts';

/** Everything that the paths into one Service port start from. */
export interface Journey {
  readonly view: ClusterView;
  readonly service: Service;
  readonly origin: Origin;
  readonly port: ProxiedPort;
  readonly entryNode: string | null;
}

/** The paths that a Service port has, in the order in which they are shown. */
export function pathsOf(service: Service, port: ProxiedPort): readonly ProxiedPath[] {
  const paths: ProxiedPath[] = ['clusterip'];
  if (port.nodePort !== null) paths.push('nodeport');
  if (service.type === 'LoadBalancer') paths.push('loadbalancer');
  if (port.externalIPs.length > 0) paths.push('externalip');
  return paths;
}

/** The routes into one Service port by one path: one for each address, and for each node that may be the entry. */
export function routesBy(journey: Journey, via: ProxiedPath): readonly Route[] {
  switch (via) {
    case 'clusterip':
      return [byClusterIP(journey)];
    case 'nodeport':
      return byNodePort(journey);
    case 'loadbalancer':
      return byLoadBalancer(journey);
    case 'externalip':
      return journey.port.externalIPs.flatMap((address) => byExternalIP(journey, address));
  }
}

function byClusterIP({view, service, origin, port}: Journey): Route {
  const address = port.clusterIP;
  if (origin.kind === 'Outside') {
    return deadEnd(origin, port, 'clusterip', 'a cluster IP is reachable only from the pods and nodes of the cluster', {address});
  }
  const blocked = cannotSend(origin, port);
  if (blocked !== null || origin.node === null) return deadEnd(origin, port, 'clusterip', blocked ?? '', {address});
  const arrival = arriveAtOwnNode(origin, origin.node, port, address);
  return proxiedRoute(view, origin, 'clusterip', port, {...arrival, steps: resolving(view, service, origin, address)});
}

function resolving(view: ClusterView, service: Service, origin: Origin, address: string): readonly RouteStep[] {
  if (origin.kind !== 'Pod') return [];
  const name = `${service.name}.${service.namespace}.svc.${view.options.clusterDomain.replace(/\.$/, '')}`;
  const asked = origin.source.namespace === service.namespace ? service.name : `${service.name}.${service.namespace}`;
  return [{at: origin.label, action: 'resolve', detail: `${asked} -> ${name} -> ${address}`}];
}

function byNodePort({view, origin, port, entryNode}: Journey): readonly Route[] {
  const entries = entryNode === null ? [...view.nodes.keys()].sort() : [entryNode];
  if (port.nodePort === null) return [deadEnd(origin, port, 'nodeport', 'this port has no node port', {port: null})];
  if (entries.length === 0) return [deadEnd(origin, port, 'nodeport', 'no node is known', {port: port.nodePort})];
  const blocked = cannotSend(origin, port);
  return entries.map((entry) => {
    if (blocked !== null) return deadEnd(origin, port, 'nodeport', blocked, {port: port.nodePort, entryNode: entry});
    const arrival = arriveAtNodePort(view, origin, entry, port);
    if (arrival !== null) return proxiedRoute(view, origin, 'nodeport', port, arrival);
    return deadEnd(origin, port, 'nodeport', `node ${entry} has no ${port.family} address`, {port: port.nodePort, entryNode: entry});
  });
}

function byLoadBalancer(journey: Journey): readonly Route[] {
  const {service, origin, port} = journey;
  const ofFamily = service.ingress.filter(({ip}) => ip === null || familyOf(ip) === port.family);
  if (ofFamily.length === 0) {
    const reason =
      service.ingress.length === 0
        ? 'no load balancer has given the Service an address'
        : `the load balancer has no ${port.family} address`;
    return [deadEnd(origin, port, 'loadbalancer', reason)];
  }
  return ofFamily.flatMap((ingress) => {
    const address = ingress.ip ?? ingress.hostname;
    if (ingress.ip === null || ingress.ipMode === 'Proxy') return byProxyingBalancer(journey, address);
    return byBalancerAddress(journey, ingress.ip);
  });
}

/** An address that kube-proxy serves: from inside without leaving the node, from outside through the node that the balancer chooses. */
function byBalancerAddress(journey: Journey, address: string): readonly Route[] {
  const {view, origin, port} = journey;
  if (origin.kind !== 'Outside') return [fromInside(journey, 'loadbalancer', address)];
  const chosen = loadBalancerNodes(view).filter((node) => passesHealthCheck(journey, node));
  const entries = journey.entryNode === null ? chosen : [journey.entryNode];
  if (entries.length === 0) return [noNodeToChoose(journey, address)];
  return entries.map((entry) => {
    if (chosen.includes(entry))
      return proxiedRoute(view, origin, 'loadbalancer', port, arriveByLoadBalancer(view, origin, entry, port, address, chosen.length));
    const forced: RouteStep = {
      at: `load balancer ${address}`,
      action: 'load-balance',
      detail: `would not choose node ${entry}${whyNot(journey, entry)}`,
    };
    return proxiedRoute(view, origin, 'loadbalancer', port, enterFromOutside(origin, entry, port, address, [forced]));
  });
}

/** A balancer that ends connections itself (`ipMode: Proxy`, or known by name only): kube-proxy has no rule, so all callers go there and come back by node port. */
function byProxyingBalancer(journey: Journey, address: string | null): readonly Route[] {
  const {view, origin, port} = journey;
  const blocked = cannotSend(origin, port);
  if (blocked !== null) return [deadEnd(origin, port, 'loadbalancer', blocked, {address})];
  if (port.nodePort === null) {
    return [
      deadEnd(origin, port, 'loadbalancer', 'the load balancer proxies, and no node port is allocated through which it could come in', {
        address,
      }),
    ];
  }
  const chosen = loadBalancerNodes(view).filter((node) => passesHealthCheck(journey, node));
  const entries = journey.entryNode === null ? chosen : [journey.entryNode];
  if (entries.length === 0) return [noNodeToChoose(journey, address)];
  const balancer: Origin = {...origin, kind: 'Outside', node: null, podNetwork: false, ips: []};
  return entries.flatMap((entry) => {
    const arrival = arriveAtNodePort(view, balancer, entry, port);
    if (arrival === null) return [];
    const balance: RouteStep = {at: `load balancer ${address}`, action: 'load-balance', detail: `proxies the connection to node ${entry}`};
    const route = proxiedRoute(view, balancer, 'nodeport', port, {...arrival, steps: [balance, ...arrival.steps]});
    return [{...route, from: deadEnd(origin, port, 'loadbalancer', '').from, via: 'loadbalancer', address, port: port.port}];
  });
}

function passesHealthCheck({view, service}: Journey, node: string): boolean {
  return healthCheck(view, service, node)?.status !== 503;
}

function whyNot({view, service}: Journey, node: string): string {
  const check = healthCheck(view, service, node);
  return check?.status === 503 ? `: its health check node port ${check.port} answers 503` : ': it is not ready, or labelled to be left out';
}

function noNodeToChoose({view, origin, port}: Journey, address: string | null): Route {
  const nodes = loadBalancerNodes(view).length;
  const reason =
    nodes === 0
      ? 'the load balancer has no node to choose'
      : `no node has a ready endpoint, so the health check node port answers 503 on all ${nodes}; externalTrafficPolicy is Local`;
  const step: RouteStep = {at: `load balancer ${address}`, action: 'drop', detail: reason};
  return deadEnd(origin, port, 'loadbalancer', reason, {
    address,
    verdict: 'drop',
    trafficPolicy: port.externalTrafficPolicy,
    steps: [step],
  });
}

function byExternalIP(journey: Journey, address: string): readonly Route[] {
  const {view, origin, port} = journey;
  if (origin.kind !== 'Outside') return [fromInside(journey, 'externalip', address)];
  const entries = journey.entryNode === null ? [...view.nodes.keys()].sort() : [journey.entryNode];
  return entries.map((entry) => proxiedRoute(view, origin, 'externalip', port, enterFromOutside(origin, entry, port, address)));
}

function fromInside({view, origin, port}: Journey, via: 'loadbalancer' | 'externalip', address: string): Route {
  const blocked = cannotSend(origin, port);
  if (blocked !== null || origin.node === null) return deadEnd(origin, port, via, blocked ?? '', {address});
  return proxiedRoute(view, origin, via, port, arriveAtOwnNode(origin, origin.node, port, address));
}

/** Why a vantage cannot send anything in this family. */
function cannotSend(origin: Origin, port: ProxiedPort): string | null {
  if (origin.kind === 'Outside') return null;
  if (origin.node === null) return `${origin.label} is not on a node yet`;
  return sourceOf(origin, port.family) !== null ? null : `${origin.label} has no ${port.family} address`;
}

/** Why a Service has no such path. */
export function missingPath(service: Service, via: Path): string {
  const type = service.headless ? 'headless' : `of type ${service.type}`;
  switch (via) {
    case 'headless':
      return `the Service is not headless: it is ${type}`;
    case 'externalname':
      return `the Service is ${type}, not ExternalName`;
    case 'externalip':
      return 'the Service has no external IPs';
    case 'nodeport':
      return service.type === 'LoadBalancer'
        ? 'no node port is allocated (allocateLoadBalancerNodePorts)'
        : `the Service is ${type}: it has no node port`;
    default:
      return `the Service is ${type}: it has no ${via === 'clusterip' ? 'cluster IP' : 'load balancer'}`;
  }
}
