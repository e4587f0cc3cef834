import {duplicate, type FieldError, invalid, notSupported, required} from '../rules/field-error.ts';
import {isIPv6, validateIP} from '../rules/ip.ts';
import {isHeadless, type ServiceSpec} from './types.ts';

const FIELD = 'spec.clusterIPs';

/** `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` against one another. Upstream: ValidateServiceClusterIPsRelatedFields. */
export function validateClusterIPs(spec: ServiceSpec, old: ServiceSpec | null): FieldError[] {
  if (spec.type === 'ExternalName') return [];
  const errors = [...inStep(spec), ...families(spec), ...policy(spec)];
  const malformed = addresses(spec, old);
  errors.push(...malformed);
  const count = spec.clusterIPs?.length ?? 0;
  if (count > 2) errors.push(invalid(FIELD, spec.clusterIPs, 'may only hold up to 2 values'));
  if (malformed.length > 0) return errors;
  if (count > 1 && !isDualStack(spec.clusterIPs ?? [])) {
    errors.push(invalid(FIELD, spec.clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  return isHeadless(spec) ? errors : [...errors, ...familiesMatch(spec)];
}

function inStep({clusterIP = '', clusterIPs = []}: ServiceSpec): FieldError[] {
  if (clusterIP === '') {
    return clusterIPs.length === 0 ? [] : [invalid(FIELD, clusterIPs, 'must be empty when `clusterIP` is not specified')];
  }
  if (clusterIPs.length === 0) return [required(FIELD)];
  return clusterIPs[0] === clusterIP ? [] : [invalid(FIELD, clusterIPs, 'first value must match `clusterIP`')];
}

function families({ipFamilies = []}: ServiceSpec): FieldError[] {
  return ipFamilies.flatMap((family, index) => {
    const field = `spec.ipFamilies[${index}]`;
    return [
      ...(['IPv4', 'IPv6'].includes(family) ? [] : [notSupported(field, family, ['IPv4', 'IPv6'])]),
      ...(ipFamilies.indexOf(family) < index ? [duplicate(field, family)] : []),
    ];
  });
}

const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

function policy({ipFamilyPolicy}: ServiceSpec): FieldError[] {
  if (ipFamilyPolicy === undefined || POLICIES.includes(ipFamilyPolicy)) return [];
  return [notSupported('spec.ipFamilyPolicy', ipFamilyPolicy, POLICIES)];
}

function addresses({clusterIPs = []}: ServiceSpec, old: ServiceSpec | null): FieldError[] {
  return clusterIPs.flatMap((ip, index) => {
    if (index > 0 || ip !== 'None') return validateIP(`${FIELD}[${index}]`, ip, old?.clusterIPs ?? []);
    return clusterIPs.length === 1 ? [] : [invalid(FIELD, clusterIPs, "'None' must be the first and only value")];
  });
}

/** At most one of each family; three can't be told apart so. */
function isDualStack(ips: readonly string[]): boolean {
  const sixes = ips.filter(isIPv6).length;
  return sixes > 0 && sixes < ips.length;
}

function familiesMatch({clusterIPs = [], ipFamilies = []}: ServiceSpec): FieldError[] {
  return clusterIPs.flatMap((ip, index) => {
    const family = ipFamilies[index];
    const mismatch = (family === 'IPv4' && isIPv6(ip)) || (family === 'IPv6' && !isIPv6(ip));
    return mismatch ? [invalid(`${FIELD}[${index}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``)] : [];
  });
}
