import type {KubernetesObject} from '../../../../model/index.ts';
import {duplicate, type FieldError, invalid, invalidFor, notSupported, required, tooMany} from '../rules/field-error.ts';
import {ipWarnings, isIPv4, isIPv6, validateCanonicalIP, validateEndpointIP, validateIP} from '../rules/ip.ts';
import {validateLabels} from '../rules/metadata.ts';
import {dns1123Label, dns1123Subdomain, labelValue, qualifiedName} from '../rules/names.ts';
import {isSame} from '../rules/same.ts';
import {PROTOCOLS} from '../service/validate-ports.ts';
import type {KindRules} from '../types.ts';

interface EndpointSlice extends KubernetesObject {
  addressType?: string;
  endpoints?: Endpoint[];
  ports?: Port[];
}

interface Endpoint {
  addresses?: string[];
  nodeName?: string;
  hostname?: string;
  deprecatedTopology?: Record<string, string>;
  hints?: {forZones?: {name: string}[]; forNodes?: {name: string}[]};
}

interface Port {
  name?: string;
  protocol?: string;
  port?: number;
  appProtocol?: string;
}

const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_ENDPOINTS = 1000;
const MAX_HINTS = 8;
const MAX_TOPOLOGY_LABELS = 16;

/** Upstream: pkg/apis/discovery/validation. */
export const endpointSliceRules: KindRules<EndpointSlice> = {
  generation: 'all',
  defaults(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  prepare: dropTopology,
  // The API server tells what its declarative rules find (address type, number of addresses) after all else.
  validate: (slice, old) => [
    ...validatePorts(slice.ports ?? []),
    ...(old !== null && isSame(old.endpoints, slice.endpoints) ? [] : validateEndpoints(slice)),
    ...validateAddressType(slice.addressType ?? ''),
    ...validateCounts(slice.endpoints ?? []),
    // the API's own message shows no value here
    ...(old === null || isSame(slice.addressType, old.addressType) ? [] : [invalid('addressType', null, 'field is immutable')]),
  ],
  warnings: (slice, old) => [
    ...(old === null && slice.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    ...addressWarnings(slice),
  ],
};

/** The v1 API documents that writes to `deprecatedTopology` are dropped. */
function dropTopology(slice: EndpointSlice, old: EndpointSlice | null): void {
  if (old !== null && isSame(old.endpoints, slice.endpoints)) return;
  for (const endpoint of slice.endpoints ?? []) delete endpoint.deprecatedTopology;
}

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];

function validateAddressType(addressType: string): FieldError[] {
  if (addressType === '') return [required('addressType')];
  return ADDRESS_TYPES.includes(addressType) ? [] : [notSupported('addressType', addressType, ADDRESS_TYPES)];
}

function validatePorts(ports: readonly Port[]): FieldError[] {
  if (ports.length > MAX_PORTS) return [tooMany('ports', ports.length, MAX_PORTS)];
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const {name = '', protocol, appProtocol} = port;
    const isTaken = names.has(name);
    names.add(name);
    const field = `ports[${index}]`;
    return [
      ...(name === '' ? [] : invalidFor(`${field}.name`, name, dns1123Label(name))),
      ...(isTaken ? [duplicate(`${field}.name`, name)] : []),
      ...(protocol === undefined ? [required(`${field}.protocol`)] : []),
      ...(protocol === undefined || PROTOCOLS.includes(protocol) ? [] : [notSupported(`${field}.protocol`, protocol, PROTOCOLS)]),
      ...(appProtocol === undefined ? [] : invalidFor(`${field}.appProtocol`, appProtocol, qualifiedName(appProtocol))),
    ];
  });
}

function validateEndpoints({endpoints = [], addressType = ''}: EndpointSlice): FieldError[] {
  if (endpoints.length > MAX_ENDPOINTS) return [tooMany('endpoints', endpoints.length, MAX_ENDPOINTS)];
  return endpoints.flatMap((endpoint, index) => validateEndpoint(endpoint, addressType, `endpoints[${index}]`));
}

function validateEndpoint(endpoint: Endpoint, addressType: string, field: string): FieldError[] {
  const {addresses = [], nodeName, hostname, deprecatedTopology = {}, hints} = endpoint;
  const topology = `${field}.deprecatedTopology`;
  const labels = Object.keys(deprecatedTopology).length;
  return [
    ...addresses.flatMap((address, index) => validateAddress(address, addressType, `${field}.addresses`, index)),
    ...(nodeName === undefined ? [] : invalidFor(`${field}.nodeName`, nodeName, dns1123Subdomain(nodeName))),
    ...(labels > MAX_TOPOLOGY_LABELS ? [tooMany(topology, labels, MAX_TOPOLOGY_LABELS)] : []),
    ...validateLabels(deprecatedTopology, topology),
    ...(hostname === undefined ? [] : invalidFor(`${field}.hostname`, hostname, dns1123Label(hostname))),
    ...(hints === undefined ? [] : validateHints(hints, `${field}.hints`)),
  ];
}

function validateCounts(endpoints: readonly Endpoint[]): FieldError[] {
  return endpoints.slice(0, MAX_ENDPOINTS).flatMap(({addresses = []}, index) => {
    const field = `endpoints[${index}].addresses`;
    if (addresses.length === 0) return [required(field)];
    return addresses.length > MAX_ADDRESSES ? [tooMany(field, addresses.length, MAX_ADDRESSES)] : [];
  });
}

function validateAddress(address: string, addressType: string, field: string, index: number): FieldError[] {
  const place = `${field}[${index}]`;
  if (addressType === 'FQDN') return validateDomainName(address, place);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return [];
  const malformed = addressType === 'IPv4' ? validateIP(place, address) : validateCanonicalIP(place, address);
  if (malformed.length > 0) return malformed;
  const fits = addressType === 'IPv4' ? isIPv4(address) : isIPv6(address);
  return [...(fits ? [] : [invalid(field, address, `must be an ${addressType} address`)]), ...validateEndpointIP(place, address)];
}

function validateDomainName(name: string, field: string): FieldError[] {
  if (name === '') return [required(field)];
  const bare = name.replace(/\.$/, '');
  const complaints = dns1123Subdomain(bare);
  if (complaints.length > 0) return [invalid(field, bare, complaints.join(','))];
  const labels = bare.split('.');
  if (labels.length < 2) return [invalid(field, bare, 'should be a domain with at least two segments separated by dots')];
  const bad = labels.find((label) => dns1123Label(label).length > 0);
  return bad === undefined ? [] : [invalid(field, bad, dns1123Label(bad).join(','))];
}

function validateHints({forZones = [], forNodes = []}: NonNullable<Endpoint['hints']>, field: string): FieldError[] {
  const zones = validateHintList(forZones, `${field}.forZones`, labelValue);
  if (forZones.length > MAX_HINTS) return zones;
  return [...zones, ...validateHintList(forNodes, `${field}.forNodes`, dns1123Subdomain)];
}

function validateHintList(hints: readonly {name: string}[], field: string, check: (value: string) => string[]): FieldError[] {
  if (hints.length > MAX_HINTS) return [tooMany(field, hints.length, MAX_HINTS)];
  return hints.flatMap(({name = ''}, index) => {
    const isTaken = hints.slice(0, index).some((each) => each.name === name);
    const place = `${field}[${index}].name`;
    return [...(isTaken ? [duplicate(place, name)] : []), ...invalidFor(place, name, check(name))];
  });
}

const CONTROLLERS = ['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io'];

function addressWarnings({metadata, endpoints = []}: EndpointSlice): string[] {
  if (CONTROLLERS.includes(metadata?.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return [];
  return endpoints.flatMap(({addresses = []}, index) =>
    addresses.flatMap((address, at) => ipWarnings(`endpoints[${index}].addresses[${at}]`, address)),
  );
}
