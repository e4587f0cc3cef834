import {type Cidr, canonicalIP, familyOf, parseCidr} from '../ip/index.ts';
import type {ClusterView, IpFamily, Protocol, Service, TrafficPolicy} from '../model/index.ts';

/** Services with this label are some other proxy's (cmd/kube-proxy/app/server.go). */
const OTHER_PROXY_LABEL = 'service.kubernetes.io/service-proxy-name';

const FAMILIES: readonly IpFamily[] = ['IPv4', 'IPv6'];

/** One port of one Service in one family: what kube-proxy of that family knows of it (pkg/proxy/serviceport.go). */
export interface ProxiedPort {
  /** `namespace/name`. */
  readonly service: string;
  readonly namespace: string;
  readonly serviceName: string;
  readonly name: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly family: IpFamily;
  readonly clusterIP: string;
  readonly nodePort: number | null;
  readonly externalIPs: readonly string[];
  /** Load balancer addresses that kube-proxy serves itself (`ipMode: VIP`). */
  readonly vips: readonly string[];
  /** Empty admits everybody. */
  readonly sourceRanges: readonly Cidr[];
  readonly internalTrafficPolicy: TrafficPolicy;
  readonly externalTrafficPolicy: TrafficPolicy;
  readonly externallyReachable: boolean;
  readonly healthCheckNodePort: number | null;
  readonly affinitySeconds: number | null;
  /** An earlier port of the Service has its number and protocol (no API server lets that happen): no packet is for this one. */
  readonly shadowed: boolean;
}

/** Kept as long as the Service's record, which is immutable and shared between a view and those after it. */
const known = new WeakMap<Service, readonly ProxiedPort[]>();

/** The ports of a Service that kube-proxy handles: none for headless and ExternalName Services and for those left to another proxy. */
export function proxiedPorts(service: Service): readonly ProxiedPort[] {
  let ports = known.get(service);
  if (ports === undefined) {
    ports = OTHER_PROXY_LABEL in service.labels || service.headless ? [] : FAMILIES.flatMap((family) => portsOfFamily(service, family));
    known.set(service, ports);
  }
  return ports;
}

/** The names `namespace/name:port:protocol` of all ports that kube-proxy of a family handles, sorted. */
export function servicePortsOf(view: ClusterView, family: IpFamily): readonly string[] {
  const ports = [...view.services.values()].flatMap((service) => proxiedPorts(service)).filter((port) => port.family === family);
  return [...new Set(ports.map((port) => `${port.service}:${port.name}:${port.protocol}`))].sort();
}

function portsOfFamily(service: Service, family: IpFamily): readonly ProxiedPort[] {
  const ofFamily = (addresses: readonly string[]) => addresses.flatMap((ip) => (familyOf(ip) === family ? (canonicalIP(ip) ?? []) : []));
  const clusterIP = ofFamily(service.clusterIPs)[0];
  if (clusterIP === undefined) return [];
  const externalIPs = ofFamily(service.externalIPs);
  const vips = ofFamily(service.ingress.flatMap((ingress) => (ingress.ipMode === 'VIP' ? (ingress.ip ?? []) : [])));
  const externalTrafficPolicy = service.externalTrafficPolicy ?? 'Cluster';
  return service.ports.map((port, index) => ({
    service: `${service.namespace}/${service.name}`,
    namespace: service.namespace,
    serviceName: service.name,
    name: port.name,
    protocol: port.protocol,
    port: port.port,
    family,
    clusterIP,
    nodePort: port.nodePort,
    externalIPs,
    vips,
    sourceRanges: sourceRanges(service.loadBalancerSourceRanges, family),
    internalTrafficPolicy: service.internalTrafficPolicy,
    externalTrafficPolicy,
    externallyReachable: port.nodePort !== null || vips.length > 0 || externalIPs.length > 0,
    healthCheckNodePort: service.type === 'LoadBalancer' && externalTrafficPolicy === 'Local' ? service.healthCheckNodePort : null,
    affinitySeconds: service.affinitySeconds,
    shadowed: service.ports.slice(0, index).some((before) => before.port === port.port && before.protocol === port.protocol),
  }));
}

/** An entry of prefix length 0 admits everybody, so it cancels the list of its family. */
function sourceRanges(texts: readonly string[], family: IpFamily): readonly Cidr[] {
  const ranges = texts.map((text) => parseCidr(text)).filter((range) => range !== null && range.family === family) as readonly Cidr[];
  return ranges.some((range) => range.bits === 0) ? [] : ranges;
}
