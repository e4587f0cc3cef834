import type {IpFamily} from '../../../../model/index.ts';
import {isSame} from '../rules/same.ts';
import {allocatesNodePorts, assign, hasNodePorts, isExternallyAccessible, needsHealthCheck, type ServiceSpec, sameList} from './types.ts';

// How fields that belong together are brought into line before allocation and validation. Each function changes its first argument.
// Upstream: pkg/registry/core/service/storage/storage.go and strategy.go.

/** `clusterIP` and `clusterIPs`: who knows only the singular field means both. */
export function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec | null): void {
  const ip = spec.clusterIP ?? '';
  if (old === null) {
    if (ip !== '' && isUnset(spec.clusterIPs)) spec.clusterIPs = [ip];
    return;
  }
  const oldIP = old.clusterIP ?? '';
  if (oldIP === ip) {
    if (!isUnset(old.clusterIPs) && isUnset(spec.clusterIPs)) assign(spec, 'clusterIPs', old.clusterIPs?.slice());
    return;
  }
  if (!sameList(old.clusterIPs, spec.clusterIPs)) return;
  const cleared = oldIP !== '' && ip === '';
  assign(spec, 'clusterIPs', cleared ? undefined : [ip]);
}

/** Takes over what was allocated earlier where the update does not say: a manifest can be sent again as it is. */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.type !== 'ExternalName' && old.type !== 'ExternalName') {
    if (!spec.clusterIP) assign(spec, 'clusterIP', old.clusterIP);
    if (isUnset(spec.clusterIPs) && !isUnset(old.clusterIPs)) assign(spec, 'clusterIPs', old.clusterIPs?.slice());
  }
  if (allocatesNodePorts(spec) && allocatesNodePorts(old)) keepNodePorts(spec, old);
  if (needsHealthCheck(spec) && needsHealthCheck(old) && !spec.healthCheckNodePort) {
    assign(spec, 'healthCheckNodePort', old.healthCheckNodePort);
  }
}

/** Ports are known again by their name. */
function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const wanted = nodePortsOf(spec);
  const known = new Map((old.ports ?? []).map((port) => [port.name ?? '', port.nodePort ?? 0]));
  for (const port of spec.ports ?? []) {
    const earlier = known.get(port.name ?? '') ?? 0;
    if (!port.nodePort && earlier !== 0 && !wanted.has(earlier)) port.nodePort = earlier;
  }
}

/** Clears what a change of type leaves without sense, unless the user changed that too: then validation tells. */
export function dropTypeDependent(spec: ServiceSpec, old: ServiceSpec): void {
  if (old.type !== 'ExternalName' && spec.type === 'ExternalName') dropClusterIPs(spec, old);
  const addsNodePorts = [...nodePortsOf(spec)].some((port) => !nodePortsOf(old).has(port));
  if (hasNodePorts(old) && !hasNodePorts(spec) && !addsNodePorts) {
    for (const port of spec.ports ?? []) delete port.nodePort;
  }
  if (needsHealthCheck(old) && !needsHealthCheck(spec)) dropIfSame(spec, old, 'healthCheckNodePort');
  if (old.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    dropIfSame(spec, old, 'allocateLoadBalancerNodePorts');
    dropIfSame(spec, old, 'loadBalancerClass');
  }
  if (isExternallyAccessible(old) && !isExternallyAccessible(spec)) dropIfSame(spec, old, 'externalTrafficPolicy');
}

function dropClusterIPs(spec: ServiceSpec, old: ServiceSpec): void {
  if ((spec.clusterIP ?? '') === (old.clusterIP ?? '') && sameList(spec.clusterIPs, old.clusterIPs)) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  dropIfSame(spec, old, 'ipFamilies');
  dropIfSame(spec, old, 'ipFamilyPolicy');
}

function dropIfSame(spec: ServiceSpec, old: ServiceSpec, name: keyof ServiceSpec): void {
  if (isSame(spec[name], old[name])) delete spec[name];
}

/** What reading fills into a Service that was stored before the fields existed. `primary` is the cluster's first family. */
export function defaultOnRead(spec: ServiceSpec, primary: IpFamily): void {
  normalizeClusterIPs(spec, null);
  if (spec.type === 'ExternalName') delete spec.internalTrafficPolicy;
  else if (isUnset(spec.ipFamilies)) defaultFamilies(spec, primary);
}

function defaultFamilies(spec: ServiceSpec, primary: IpFamily): void {
  const other = primary === 'IPv4' ? 'IPv6' : 'IPv4';
  if (spec.clusterIP === 'None') {
    const selects = Object.keys(spec.selector ?? {}).length > 0;
    spec.ipFamilies = selects ? [primary] : [primary, other];
    spec.ipFamilyPolicy = selects ? 'SingleStack' : 'RequireDualStack';
    return;
  }
  const families = (spec.clusterIPs ?? []).map((ip): IpFamily => (ip.includes(':') ? 'IPv6' : 'IPv4'));
  if (families.length === 0) return;
  spec.ipFamilies = families;
  spec.ipFamilyPolicy = families.length === 1 ? 'SingleStack' : 'RequireDualStack';
}

function nodePortsOf(spec: ServiceSpec): Set<number> {
  return new Set((spec.ports ?? []).map((port) => port.nodePort ?? 0).filter((port) => port !== 0));
}

function isUnset(list: readonly unknown[] | undefined): boolean {
  return list === undefined || list.length === 0;
}
