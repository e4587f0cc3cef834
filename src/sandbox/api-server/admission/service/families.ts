import type {IpFamily} from '../../../../model/index.ts';
import type {FieldError} from '../rules/field-error.ts';
import {invalid} from '../rules/field-error.ts';
import {isSame} from '../rules/same.ts';
import {assign, type ServiceSpec, sameList} from './types.ts';
import {validateClusterIPs} from './validate-cluster-ips.ts';

/**
 * Settles `ipFamilyPolicy` and `ipFamilies` before addresses are given, from what the user says, what was stored, and the cluster's
 * families (the primary one first). Changes `spec`. Upstream: pkg/registry/core/service/storage/alloc.go.
 */
export function settleFamilies(spec: ServiceSpec, old: ServiceSpec | null, cluster: readonly IpFamily[]): FieldError[] {
  if (spec.type === 'ExternalName' || keepsPreference(spec, old)) return [];
  const isFree = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0;
  spec.ipFamilyPolicy ??= old?.ipFamilyPolicy ?? (isFree ? 'RequireDualStack' : 'SingleStack');
  const malformed = validateClusterIPs(spec, old);
  if (malformed.length > 0) return malformed;
  const reduced = old === null ? [] : shrink(spec, old);
  const errors = [...reduced, ...tooManyForSingleStack(spec), ...inferFamilies(spec, cluster)];
  if (errors.length > 0) return errors;
  // Headless without selector: nobody knows the endpoints' families, so both are allowed on any cluster.
  if (isFree) {
    complete(spec, cluster, true);
    return [];
  }
  const impossible = unavailable(spec, cluster);
  if (impossible.length === 0) complete(spec, cluster, cluster.length === 2);
  return impossible;
}

/** A Service that prefers two families is neither widened nor narrowed by a change that does not speak of them. */
export function keepsPreference(spec: ServiceSpec, old: ServiceSpec | null): boolean {
  return (
    old !== null &&
    spec.ipFamilyPolicy === 'PreferDualStack' &&
    (old.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' &&
    old.type === spec.type &&
    ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type ?? '') &&
    sameList(old.clusterIPs, spec.clusterIPs) &&
    sameList(old.ipFamilies, spec.ipFamilies)
  );
}

/** To SingleStack: the second address and family go. Otherwise they must not go silently. */
function shrink(spec: ServiceSpec, old: ServiceSpec): FieldError[] {
  if (spec.ipFamilyPolicy === 'SingleStack') {
    if (sameList(old.clusterIPs, spec.clusterIPs)) assign(spec, 'clusterIPs', spec.clusterIPs?.slice(0, 1));
    if (sameList(old.ipFamilies, spec.ipFamilies)) assign(spec, 'ipFamilies', spec.ipFamilies?.slice(0, 1));
    return [];
  }
  const {ipFamilyPolicy} = spec;
  const lost = (what: string) => invalid('spec.ipFamilyPolicy', ipFamilyPolicy, `must be 'SingleStack' to release the secondary ${what}`);
  return [
    ...(isReduced(spec.clusterIPs, old.clusterIPs) ? [lost('cluster IP')] : []),
    ...(isReduced(spec.ipFamilies, old.ipFamilies) ? [lost('IP family')] : []),
  ];
}

function isReduced(list: readonly unknown[] | undefined, old: readonly unknown[] | undefined): boolean {
  const length = list?.length ?? 0;
  return length > 0 && length < (old?.length ?? 0);
}

function tooManyForSingleStack(spec: ServiceSpec): FieldError[] {
  if (spec.ipFamilyPolicy !== 'SingleStack') return [];
  const complaint = (what: string) =>
    invalid('spec.ipFamilyPolicy', 'SingleStack', `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`);
  return [
    ...(spec.clusterIPs?.length === 2 ? [complaint('cluster IPs')] : []),
    ...(spec.ipFamilies?.length === 2 ? [complaint('IP families')] : []),
  ];
}

/** An address tells its family. */
function inferFamilies(spec: ServiceSpec, cluster: readonly IpFamily[]): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === 'None') break;
    if (index < (spec.ipFamilies?.length ?? 0)) continue;
    const family: IpFamily = ip.includes(':') ? 'IPv6' : 'IPv4';
    if (cluster.includes(family)) spec.ipFamilies = [...(spec.ipFamilies ?? []), family];
    else errors.push(invalid(`spec.clusterIPs[${index}]`, spec.clusterIPs, `${family} is not configured on this cluster`));
  }
  return errors;
}

function unavailable(spec: ServiceSpec, cluster: readonly IpFamily[]): FieldError[] {
  const single = spec.ipFamilyPolicy === 'RequireDualStack' && cluster.length < 2;
  return [
    ...(single ? [invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services')] : []),
    ...(spec.ipFamilies ?? []).flatMap((family, index) =>
      cluster.includes(family) ? [] : [invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster')],
    ),
  ];
}

/** The cluster's primary family where none is named; the other one too where two are wanted and can be had. */
function complete(spec: ServiceSpec, cluster: readonly IpFamily[], both: boolean): void {
  const [first = cluster[0] ?? 'IPv4', second] = spec.ipFamilies ?? [];
  const other: IpFamily = first === 'IPv4' ? 'IPv6' : 'IPv4';
  const wantsBoth = both && !isSame(spec.ipFamilyPolicy, 'SingleStack');
  spec.ipFamilies = second !== undefined ? [first, second] : wantsBoth ? [first, other] : [first];
}
