import {compareAddresses, familyOf, hostPort} from '../ip/index.ts';
import type {ClusterView, IpFamily, Route, RouteEndpoint, Service, ServicePort} from '../model/index.ts';
import {isReady, type PortEndpoint} from './endpoint-set.ts';
import {endpointsOfPort, slicesOf} from './port-endpoints.ts';
import {nodeProxy} from './proxy-settings.ts';
import {count} from './reason.ts';
import {excludedOf, unfit} from './route-endpoints.ts';
import {deadEnd, type RoutePort} from './route-record.ts';
import {sourceSeenBy} from './source-seen.ts';
import {type Origin, sourceOf} from './vantage.ts';

/** Cluster DNS answers only inside the cluster, and neither kind has an address of its own. */
const OUTSIDE = 'only its DNS name leads to it, and cluster DNS answers only inside the cluster';

/**
 * A headless Service: its name gives the addresses of the ready endpoints, and the client picks among them and connects directly. No
 * kube-proxy takes part, so ports are not translated and policies, hints and affinity mean nothing. One route per family and port.
 */
export function headlessRoutes(view: ClusterView, service: Service, origin: Origin, ports: readonly ServicePort[]): readonly Route[] {
  const wanted = ports.length > 0 || service.ports.length > 0 ? ports : [null];
  return service.ipFamilies.flatMap((family) => wanted.map((port) => headlessRoute(view, service, origin, port, family)));
}

function headlessRoute(view: ClusterView, service: Service, origin: Origin, port: ServicePort | null, family: IpFamily): Route {
  const named: RoutePort = {
    namespace: service.namespace,
    serviceName: service.name,
    name: port?.name ?? null,
    port: port?.port ?? null,
    protocol: port?.protocol ?? null,
    family,
  };
  if (origin.kind === 'Outside') return deadEnd(origin, named, 'headless', `a headless Service has no address: ${OUTSIDE}`);
  const slices = slicesOf(view, `${service.namespace}/${service.name}`);
  const all = port === null ? withoutPorts(view, service, family) : endpointsOfPort(slices, family, port.name, port.protocol, true);
  const ready = all.filter(isReady);
  const excluded = [
    ...all.filter((endpoint) => !isReady(endpoint)).map((endpoint) => excludedOf(view, endpoint, notReady(endpoint))),
    ...(port === null ? [] : unfit(slices, {name: port.name, protocol: port.protocol, family}, all)),
  ].sort((left, right) => compareAddresses(left.address, right.address));
  const name = `${service.name}.${service.namespace}.svc.${view.options.clusterDomain.replace(/\.$/, '')}`;
  if (ready.length === 0) {
    const reason = `${name} gives no ${family} address: ${all.length === 0 ? 'the Service has no endpoint' : `none of ${count(all.length, 'endpoint')} is ready`}`;
    return deadEnd(origin, named, 'headless', reason, {
      verdict: 'unresolvable',
      excluded,
      steps: [{at: origin.label, action: 'resolve', detail: reason}],
    });
  }
  const endpoints = ready.map((endpoint) => shown(view, origin, endpoint, family, ready.length));
  const addresses = ready.length > 8 ? `${ready.length} addresses` : ready.map(({address}) => address).join(', ');
  return deadEnd(
    origin,
    named,
    'headless',
    `${count(ready.length, 'ready endpoint')}; the client picks one from the DNS answer${untranslated(port, ready)}`,
    {
      verdict: 'forward',
      sourceSeen: commonSource(endpoints, sourceOf(origin, family)),
      endpoints,
      excluded,
      steps: [
        {at: origin.label, action: 'resolve', detail: `${name} -> ${addresses}`},
        {
          at: 'endpoint',
          action: 'deliver',
          detail: `directly, ${ready[0]?.port ? `for example ${hostPort(ready[0].address, ready[0].port)}` : 'at a port of the client’s choice'}`,
        },
      ],
    },
  );
}

function commonSource(endpoints: readonly RouteEndpoint[], own: string | null): string | null {
  const [first, ...others] = endpoints;
  return first !== undefined && others.every((endpoint) => endpoint.sourceSeen === first.sourceSeen) ? first.sourceSeen : own;
}

function notReady(endpoint: PortEndpoint) {
  return endpoint.conditions.terminating
    ? ({used: false, reason: 'Terminating', detail: 'terminating, so not in the DNS answer'} as const)
    : ({used: false, reason: 'NotReady', detail: 'its slice says ready: false'} as const);
}

function untranslated(port: ServicePort | null, ready: readonly PortEndpoint[]): string {
  const numbers = [...new Set(ready.map((endpoint) => endpoint.port))];
  if (port === null || (numbers.length === 1 && numbers[0] === port.port)) return '';
  return `; port ${port.port} is not translated: connect to ${numbers.join(' or ')}`;
}

function shown(view: ClusterView, origin: Origin, endpoint: PortEndpoint, family: IpFamily, of: number): RouteEndpoint {
  const {address, port, pod, nodeName} = endpoint;
  const departure = {
    node: origin.node ?? '',
    proxy: nodeProxy(view, origin.node ?? '', family),
    family,
    source: sourceOf(origin, family),
    fromPodNetwork: origin.podNetwork,
    masquerade: false,
  };
  return {
    address,
    port,
    pod: pod?.name ?? null,
    node: nodeName,
    zone: endpoint.zone ?? (nodeName === null ? null : (view.nodes.get(nodeName)?.zone ?? null)),
    state: 'ready',
    probability: 1 / of,
    sourceSeen: address === departure.source ? address : sourceSeenBy(view, departure, address),
  };
}

/** The endpoints of a headless Service that names no ports. */
function withoutPorts(view: ClusterView, service: Service, family: IpFamily): readonly PortEndpoint[] {
  const byAddress = new Map<string, PortEndpoint>();
  for (const slice of slicesOf(view, `${service.namespace}/${service.name}`)) {
    for (const endpoint of slice.addressType === family ? slice.endpoints : []) {
      if (endpoint.terminating && byAddress.has(endpoint.address)) continue;
      byAddress.set(endpoint.address, {
        address: endpoint.address,
        port: 0,
        nodeName: endpoint.nodeName,
        zone: endpoint.zone,
        conditions: {ready: endpoint.ready, serving: endpoint.serving, terminating: endpoint.terminating},
        hints: {forZones: [], forNodes: []},
        pod: endpoint.pod,
      });
    }
  }
  return [...byAddress.values()].sort((left, right) => compareAddresses(left.address, right.address));
}

/** An ExternalName Service: a CNAME and nothing else. Its route ends where the name leads out of the cluster. */
export function externalNameRoute(view: ClusterView, service: Service, origin: Origin, port: number | null): Route {
  const target = service.externalName ?? '';
  const named: RoutePort = {namespace: service.namespace, serviceName: service.name, name: null, port, protocol: null, family: null};
  if (origin.kind === 'Outside') return deadEnd(origin, named, 'externalname', `an ExternalName Service has no address: ${OUTSIDE}`);
  const name = `${service.name}.${service.namespace}.svc.${view.options.clusterDomain.replace(/\.$/, '')}`;
  const usable = target !== '' && familyOf(target.replace(/\.$/, '')) === null;
  const reason = usable
    ? `a CNAME to ${target}; nothing is proxied, so port, TLS name and Host header are the caller's`
    : target === ''
      ? 'spec.externalName is empty'
      : `externalName ${target} is an IP address, which DNS gives no answer for`;
  const detail = usable ? `${name} -> CNAME ${target}` : `${name}: ${reason}`;
  return deadEnd(origin, named, 'externalname', reason, {
    verdict: usable ? 'forward' : 'unresolvable',
    address: target || null,
    steps: [{at: origin.label, action: 'resolve', detail}],
  });
}
