import {type FieldError, forbidden, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {validateIP} from '../rules/ip.ts';
import {dns1123Subdomain} from '../rules/names.ts';
import {isHeadless, type LoadBalancerIngress, needsHealthCheck, type ServiceObject, type ServiceSpec} from './types.ts';
import {validateLoadBalancerClass} from './validate-service.ts';

/** What a Service may not change. Upstream: ValidateServiceUpdate. */
export function validateServiceChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const external = spec.type === 'ExternalName' || old.type === 'ExternalName';
  return [
    ...(external ? [] : [...clusterIPsChange(spec, old), ...familiesChange(spec, old)]),
    ...classChange(spec, old),
    ...healthCheckChange(spec, old),
  ];
}

const UNCHANGEABLE = 'may not change once set';

/** The first address is for life; the second may come and, to SingleStack, go. */
function clusterIPsChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (isHeadless(old) && isHeadless(spec)) return [];
  const [ips, oldIPs] = [spec.clusterIPs ?? [], old.clusterIPs ?? []];
  const changed = (index: number) => invalid(`spec.clusterIPs[${index}]`, ips, UNCHANGEABLE);
  if (ips.length === oldIPs.length) return ips.flatMap((ip, index) => (ip === oldIPs[index] ? [] : [changed(index)]));
  const primary = oldIPs.length > 0 && ips.length > 0 && ips[0] !== oldIPs[0] ? [changed(0)] : [];
  if (ips.length > oldIPs.length) return primary;
  return [
    ...(ips.length === 0 ? [invalid('spec.clusterIPs[0]', ips, 'primary clusterIP can not be unset')] : []),
    ...primary,
    ...(ips.length === 1 ? mustBeSingleStack(spec, 'clusterIP') : []),
  ];
}

function familiesChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (isHeadless(spec)) return [];
  if (isHeadless(old)) return [];
  const [families, oldFamilies] = [spec.ipFamilies ?? [], old.ipFamilies ?? []];
  const changed = (value: unknown) => invalid('spec.ipFamilies[0]', value, UNCHANGEABLE);
  if (families.length === oldFamilies.length) {
    return families.flatMap((family, index) => (family === oldFamilies[index] ? [] : [changed(families)]));
  }
  const primary = oldFamilies.length > 0 && families.length > 0 && families[0] !== oldFamilies[0] ? [changed(spec.clusterIPs)] : [];
  if (families.length > oldFamilies.length) return primary;
  const hasNoIP = (spec.clusterIPs ?? []).length === 0;
  return [
    ...(hasNoIP ? [invalid('spec.ipFamilies[0]', families, 'primary ipFamily can not be unset')] : []),
    ...primary,
    ...(families.length === 1 ? mustBeSingleStack(spec, 'ipFamily') : []),
  ];
}

function mustBeSingleStack({ipFamilyPolicy}: ServiceSpec, what: string): FieldError[] {
  if (ipFamilyPolicy === 'SingleStack') return [];
  return [invalid('spec.ipFamilyPolicy', ipFamilyPolicy, `must be set to 'SingleStack' when releasing the secondary ${what}`)];
}

function classChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const isLoadBalancer = spec.type === 'LoadBalancer';
  const changed = isLoadBalancer && old.type === 'LoadBalancer' && spec.loadBalancerClass !== old.loadBalancerClass;
  return [
    ...(changed ? [invalid('spec.loadBalancerClass', spec.loadBalancerClass, UNCHANGEABLE)] : []),
    ...validateLoadBalancerClass(spec.loadBalancerClass, isLoadBalancer),
  ];
}

function healthCheckChange(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  const stays = needsHealthCheck(spec) && needsHealthCheck(old);
  const same = (spec.healthCheckNodePort ?? 0) === (old.healthCheckNodePort ?? 0);
  return stays && !same ? [forbidden('spec.healthCheckNodePort', 'field is immutable')] : [];
}

/** `status.loadBalancer` of an update of the status. */
export function validateServiceStatus(service: ServiceObject, old: ServiceObject): FieldError[] {
  return validateLoadBalancer(
    service.status?.loadBalancer?.ingress ?? [],
    old.status?.loadBalancer?.ingress ?? [],
    service.spec?.type === 'LoadBalancer',
    'status.loadBalancer',
  );
}

/** What a load balancer tells of its addresses; `parent` is where they stand. */
export function validateLoadBalancer(
  ingress: readonly LoadBalancerIngress[],
  old: readonly LoadBalancerIngress[],
  isLoadBalancer: boolean,
  parent: string,
): FieldError[] {
  const field = `${parent}.ingress`;
  if (!isLoadBalancer && ingress.length > 0) {
    return [forbidden(field, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  const stored = old.flatMap(({ip}) => (ip ? [ip] : []));
  return ingress.flatMap((each, index) => validateIngress(each, `${field}[${index}]`, stored));
}

const IP_MODES = ['Proxy', 'VIP'];

function validateIngress({ip = '', ipMode, hostname = ''}: LoadBalancerIngress, field: string, stored: readonly string[]): FieldError[] {
  return [
    ...(ip === '' ? [] : validateIP(`${field}.ip`, ip, stored)),
    ...(ipMode === undefined && ip !== '' ? [required(`${field}.ipMode`, 'must be specified when `ip` is set')] : []),
    ...(ipMode !== undefined && ip === '' ? [forbidden(`${field}.ipMode`, 'may not be specified when `ip` is not set')] : []),
    ...(ipMode !== undefined && ip !== '' && !IP_MODES.includes(ipMode) ? [notSupported(`${field}.ipMode`, ipMode, IP_MODES)] : []),
    ...(hostname === '' ? [] : validateHostname(hostname, `${field}.hostname`)),
  ];
}

function validateHostname(hostname: string, field: string): FieldError[] {
  const isAddress = validateIP(field, hostname).every(({body}) => !body.includes('must be a valid IP address'));
  return [
    ...invalidFor(field, hostname, dns1123Subdomain(hostname)),
    ...(isAddress ? [invalid(field, hostname, 'must be a DNS name, not an IP address')] : []),
  ];
}
