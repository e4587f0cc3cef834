import type {KubernetesObject} from '../../../../model/index.ts';
import {type FieldError, invalidFor, required} from '../rules/field-error.ts';
import {ipWarnings, validateEndpointIP, validateIP} from '../rules/ip.ts';
import {dns1123Label, dns1123Subdomain, portNumber, qualifiedName} from '../rules/names.ts';
import {isSame} from '../rules/same.ts';
import {validateProtocol} from '../service/validate-ports.ts';
import type {KindRules} from '../types.ts';

interface Endpoints extends KubernetesObject {
  subsets?: Subset[];
}

interface Subset {
  addresses?: Address[];
  notReadyAddresses?: Address[];
  ports?: Port[];
}

interface Address {
  ip?: string;
  hostname?: string;
  nodeName?: string;
}

interface Port {
  name?: string;
  port?: number;
  protocol?: string;
  appProtocol?: string;
}

/** The old kind. Upstream: ValidateEndpoints in pkg/apis/core/validation. */
export const endpointsRules: KindRules<Endpoints> = {
  defaults(endpoints) {
    for (const port of (endpoints.subsets ?? []).flatMap(({ports}) => ports ?? [])) port.protocol ||= 'TCP';
  },
  validate(endpoints, old) {
    if (old !== null && isSame(old.subsets, endpoints.subsets)) return [];
    return (endpoints.subsets ?? []).flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`));
  },
  warnings: (endpoints) => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice', ...addressWarnings(endpoints)],
};

function validateSubset({addresses = [], notReadyAddresses = [], ports = []}: Subset, field: string): FieldError[] {
  const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(isEmpty ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((each, index) => validateAddress(each, `${field}.addresses[${index}]`)),
    ...notReadyAddresses.flatMap((each, index) => validateAddress(each, `${field}.notReadyAddresses[${index}]`)),
    ...ports.flatMap((each, index) => validatePort(each, `${field}.ports[${index}]`, ports.length > 1)),
  ];
}

function validateAddress({ip = '', hostname = '', nodeName}: Address, field: string): FieldError[] {
  return [
    ...validateIP(`${field}.ip`, ip),
    ...(hostname === '' ? [] : invalidFor(`${field}.hostname`, hostname, dns1123Label(hostname))),
    ...(nodeName === undefined ? [] : invalidFor(`${field}.nodeName`, nodeName, dns1123Subdomain(nodeName))),
    ...validateEndpointIP(`${field}.ip`, ip),
  ];
}

function validatePort({name = '', port = 0, protocol, appProtocol}: Port, field: string, isNameRequired: boolean): FieldError[] {
  const nameErrors =
    name === '' ? (isNameRequired ? [required(`${field}.name`)] : []) : invalidFor(`${field}.name`, name, dns1123Label(name));
  return [
    ...nameErrors,
    ...invalidFor(`${field}.port`, port, portNumber(port)),
    ...validateProtocol(protocol, `${field}.protocol`),
    ...(appProtocol === undefined ? [] : invalidFor(`${field}.appProtocol`, appProtocol, qualifiedName(appProtocol))),
  ];
}

function addressWarnings({subsets = []}: Endpoints): string[] {
  return subsets.flatMap(({addresses = [], notReadyAddresses = []}, index) => [
    ...addresses.flatMap(({ip = ''}, at) => ipWarnings(`subsets[${index}].addresses[${at}].ip`, ip)),
    ...notReadyAddresses.flatMap(({ip = ''}, at) => ipWarnings(`subsets[${index}].notReadyAddresses[${at}].ip`, ip)),
  ]);
}
