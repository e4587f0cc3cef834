import {canonicalIP} from '../ip/index.ts';
import type {ClusterView} from '../model/index.ts';
import type {Settings} from './answer-options.ts';
import {type EndpointPlace, endpointsAt, labelOf} from './endpoint-index.ts';

/** An address of the DNS server with the name that it has. */
export interface NameServerAddress {
  readonly name: string;
  readonly address: string;
  readonly type: 'A' | 'AAAA';
}

/**
 * The zone's name servers: the addresses of the Services that the server's own addresses are endpoints of, else these addresses
 * themselves under `ns.dns.ZONE`. Rule: plugin/kubernetes/ns.go.
 */
export function nameServers(view: ClusterView, settings: Settings, zone: string): readonly NameServerAddress[] {
  const places = settings.serverIPs.flatMap((ip) => endpointsAt(view, canonicalIP(ip) ?? ip));
  if (places.length === 0) return settings.serverIPs.flatMap((ip) => nameServer(`ns.dns.${zone}`, ip));
  const found = places.flatMap((place) => serviceNameServers(view, place, zone));
  return [...new Map(found.map((server) => [`${server.name} ${server.address}`, server])).values()];
}

function serviceNameServers(view: ClusterView, place: EndpointPlace, zone: string): readonly NameServerAddress[] {
  const service = view.services.get(`${place.slice.namespace}/${place.slice.service}`);
  if (service === undefined) return [];
  const name = `${service.name}.${service.namespace}.svc.${zone}`;
  if (!service.headless) return service.clusterIPs.flatMap((ip) => nameServer(name, ip));
  return place.slice.endpoints
    .filter((endpoint) => endpoint.ready)
    .flatMap((endpoint) => nameServer(`${labelOf(endpoint)}.${name}`, endpoint.address));
}

function nameServer(name: string, ip: string): readonly NameServerAddress[] {
  const address = canonicalIP(ip);
  return address === null ? [] : [{name, address, type: address.includes(':') ? 'AAAA' : 'A'}];
}
