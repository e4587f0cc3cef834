import {canonicalIP} from '../ip/index.ts';
import type {ClusterView, DnsRecord, NamespacedName, Service} from '../model/index.ts';
import {answer} from './answer.ts';
import {type AnswerOptions, settingsOf} from './answer-options.ts';
import {endpointsOf} from './endpoint-index.ts';
import {reverseName} from './name.ts';

/** Which records are wanted. */
export interface RecordsOptions extends AnswerOptions {
  /** Only those that these Services give rise to. */
  readonly services?: readonly NamespacedName[];
  /** Whether the names of addresses (PTR) are among them, as they are by default: to know them all slices of the cluster are looked at. */
  readonly reverse?: boolean;
}

/**
 * Every record that Services and their endpoints give rise to, ordered by namespace, Service, name, type and data: addresses of the
 * Service and of each ready endpoint, SRV of each named port, CNAME, and PTR of each address. Each one is asked of `answer`, so that the
 * list and the answers cannot differ. Left out is what the specification does not have, though CoreDNS answers it: SRV at the bare name
 * of a Service or endpoint, addresses at the name of a port.
 */
export function records(view: ClusterView, options: RecordsOptions = {}): readonly DnsRecord[] {
  return chosenServices(view, options).flatMap((service) => recordsOf(view, service, options));
}

function chosenServices(view: ClusterView, options: RecordsOptions): readonly Service[] {
  const chosen = options.services?.map(({namespace, name}) => view.services.get(`${namespace}/${name}`)) ?? [...view.services.values()];
  return chosen.filter((service) => service !== undefined).toSorted((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
}

function recordsOf(view: ClusterView, service: Service, options: RecordsOptions): readonly DnsRecord[] {
  const name = `${service.name}.${service.namespace}.svc.${settingsOf(view, options).zones[0]}`;
  const asked = questionsOf(view, service, name).filter(({type}) => type !== 'PTR' || options.reverse !== false);
  const found = asked.flatMap(({name: owner, type}) =>
    // a CNAME's target has records of its own, under its own Service
    answer(view, {name: owner, type}, options).answer.filter((record) => record.name === owner && record.type === type),
  );
  const unique = [...new Map(found.map((record) => [`${record.name} ${record.type} ${record.data}`, record])).values()];
  return unique.toSorted((a, b) => compare(a.name, b.name) || compare(a.type, b.type) || compare(a.data, b.data));
}

interface Asked {
  readonly name: string;
  readonly type: string;
}

function questionsOf(view: ClusterView, service: Service, name: string): readonly Asked[] {
  if (service.type === 'ExternalName') return [{name, type: 'CNAME'}];
  const endpoints = endpointsOf(view, `${service.namespace}/${service.name}`);
  const addresses = [...service.clusterIPs.map((ip) => canonicalIP(ip) ?? ip), ...endpoints.all.map((target) => target.host)];
  const names = [name, ...[...endpoints.byLabel.keys()].map((label) => `${label}.${name}`)];
  return [
    ...names.flatMap((owner) => [
      {name: owner, type: 'A'},
      {name: owner, type: 'AAAA'},
    ]),
    ...portNames(service, endpoints.all).map((port) => ({name: `${port}.${name}`, type: 'SRV'})),
    ...[...new Set(addresses)].flatMap((address) => ({name: reverseName(address) ?? '', type: 'PTR'})).filter((asked) => asked.name !== ''),
  ];
}

/** `_PORT._PROTOCOL` of each named port: the Service's, or for a headless one those of its endpoints. */
function portNames(service: Service, endpoints: readonly {readonly portName: string; readonly protocol: string}[]): readonly string[] {
  const ports = service.headless
    ? endpoints.map((target) => ({name: target.portName, protocol: target.protocol}))
    : service.ports.map((port) => ({name: port.name.toLowerCase(), protocol: port.protocol.toLowerCase()}));
  return [...new Set(ports.filter((port) => port.name !== '').map((port) => `_${port.name}._${port.protocol}`))];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
