import {ApiError} from '../../../api.ts';
import type {ServiceAllocators} from '../allocators.ts';
import {type FieldError, invalid} from '../rules/field-error.ts';
import {keepsPreference} from './families.ts';
import {allocatesNodePorts, hasNodePorts, needsHealthCheck, type ServicePortSpec, type ServiceSpec} from './types.ts';

/**
 * Gives cluster IPs, node ports and the health check's node port, or says why the wanted ones cannot be had. Changes `spec`.
 * What an update gives up is free as soon as the update is stored. Upstream: pkg/registry/core/service/storage/alloc.go.
 */
export function allocate(spec: ServiceSpec, old: ServiceSpec | null, real: ServiceAllocators, write: AllocatingWrite): FieldError[] {
  const allocators = write.dryRun ? guessing(real) : real;
  const refusedIPs = allocateIPs(spec, old, allocators, write);
  if (refusedIPs.length > 0) return refusedIPs;
  const taken = new Set<number>();
  if (hasNodePorts(spec)) {
    const refused = old === null ? newNodePorts(spec, allocators, taken) : changedNodePorts(spec, old, allocators, taken);
    if (refused.length > 0) return refused;
  }
  if (needsHealthCheck(spec) && (old === null || !needsHealthCheck(old))) allocateHealthCheck(spec, allocators, taken);
  return [];
}

/** Whose addresses these are, and whether they are only tried for. */
interface AllocatingWrite {
  readonly name: string;
  readonly dryRun: boolean;
}

/** A dry run looks for nothing that is free, which would be another thing a moment later: it shows that something would be given. */
function guessing(allocators: ServiceAllocators): ServiceAllocators {
  return {
    ...allocators,
    refuseIP: (address) => allocators.refuseIP(address, true),
    nextIP: (family) => allocators.nextIP(family, true),
    nextPort: (taken) => allocators.nextPort(taken, true),
  };
}

function allocateIPs(
  spec: ServiceSpec,
  old: ServiceSpec | null,
  allocators: ServiceAllocators,
  {name, dryRun}: AllocatingWrite,
): FieldError[] {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === 'None') return [];
  const families = spec.ipFamilies ?? [];
  const firstNew = firstNewAddress(spec, old);
  const ips = [...(spec.clusterIPs ?? [])];
  for (let index = firstNew; index < families.length; index++) {
    const wanted = ips[index] ?? '';
    const family = families[index] ?? 'IPv4';
    const ip = wanted === '' ? allocators.nextIP(family) : wanted;
    if (ip === null) throw internal(`failed to allocate a serviceIP for Service ${JSON.stringify(name)}: range is full`);
    const refusal = (wanted === '' ? null : allocators.refuseIP(wanted)) ?? (name === '' && !dryRun ? withoutOwner(ip) : null);
    if (refusal !== null) {
      const attempt = wanted === '' ? 'failed to allocate IP' : `failed to allocate IP ${wanted}`;
      return [invalid('spec.clusterIPs', padded(spec, families.length), `${attempt}: ${refusal}`)];
    }
    ips[index] = ip;
  }
  if (ips.length > 0) spec.clusterIPs = ips;
  if (firstNew === 0 && ips[0] !== undefined) spec.clusterIP = ips[0];
  return [];
}

/** An address is an object that names its Service; a Service without a name fails there, before its own name is looked at. */
function withoutOwner(ip: string): string {
  return `IPAddress.networking.k8s.io ${JSON.stringify(ip)} is invalid: spec.parentRef.name: Required value`;
}

/** From which address on an update may get new ones: all where there were none, the second where a family joins. */
function firstNewAddress(spec: ServiceSpec, old: ServiceSpec | null): number {
  if (old === null || (old.type === 'ExternalName' && spec.type !== 'ExternalName')) return 0;
  if (keepsPreference(spec, old) || old.clusterIPs?.[0] === 'None') return Number.POSITIVE_INFINITY;
  return old.ipFamilies?.length === 1 && spec.ipFamilies?.length === 2 ? 1 : Number.POSITIVE_INFINITY;
}

/** The API shows the list with an empty place for each address that was still to be given. */
function padded(spec: ServiceSpec, length: number): string[] {
  return Array.from({length}, (_, index) => spec.clusterIPs?.[index] ?? '');
}

/** Ports of one number (TCP and UDP) share a node port. */
function newNodePorts(spec: ServiceSpec, allocators: ServiceAllocators, taken: Set<number>): FieldError[] {
  const given = new Map<number, number>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !allocatesNodePorts(spec)) continue;
    const shared = given.get(port.port);
    if (shared !== undefined && (!port.nodePort || port.nodePort === shared)) {
      port.nodePort = shared;
      continue;
    }
    const wanted = shared === undefined ? wantedNodePort(port.port, spec.ports ?? []) : (port.nodePort as number);
    const refused = takeNodePort(port, index, wanted, allocators, taken);
    if (refused !== null) return [refused];
    if (shared === undefined) given.set(port.port, port.nodePort as number);
  }
  return [];
}

function changedNodePorts(spec: ServiceSpec, old: ServiceSpec, allocators: ServiceAllocators, taken: Set<number>): FieldError[] {
  const kept = new Set((old.ports ?? []).map((port) => port.nodePort ?? 0));
  const seen = new Set<string>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !allocatesNodePorts(spec)) continue;
    const isKept = port.nodePort !== undefined && port.nodePort !== 0 && (kept.has(port.nodePort) || taken.has(port.nodePort));
    const refused = isKept ? null : takeNodePort(port, index, port.nodePort ?? 0, allocators, taken);
    if (refused !== null) return [refused];
    const key = `${port.protocol} ${port.nodePort}`;
    if (seen.has(key)) throw internal(`duplicate nodePort: {${port.protocol} ${port.nodePort}}`);
    seen.add(key);
  }
  return [];
}

function wantedNodePort(port: number, ports: readonly ServicePortSpec[]): number {
  return ports.find((each) => each.port === port && each.nodePort)?.nodePort ?? 0;
}

/** Sets `nodePort` to the wanted value (0: any), or says why not. */
function takeNodePort(
  port: ServicePortSpec,
  index: number,
  wanted: number,
  allocators: ServiceAllocators,
  taken: Set<number>,
): FieldError | null {
  const refusal = wanted === 0 ? null : allocators.refusePort(wanted, taken);
  if (refusal !== null) return invalid(`spec.ports[${index}].nodePort`, wanted, refusal);
  const given = wanted === 0 ? allocators.nextPort(taken) : wanted;
  if (given === null) throw internal('failed to allocate a nodePort: range is full');
  port.nodePort = given;
  taken.add(given);
  return null;
}

function allocateHealthCheck(spec: ServiceSpec, allocators: ServiceAllocators, taken: Set<number>): void {
  const wanted = spec.healthCheckNodePort ?? 0;
  const refusal = wanted === 0 ? null : allocators.refusePort(wanted, taken);
  if (refusal !== null) throw internal(`failed to allocate requested HealthCheck NodePort ${wanted}: ${refusal}`);
  const given = wanted === 0 ? allocators.nextPort(taken) : wanted;
  if (given === null) throw internal('failed to allocate a HealthCheck NodePort 0: range is full');
  spec.healthCheckNodePort = given;
}

function internal(detail: string): ApiError {
  const message = `Internal error occurred: ${detail}`;
  return new ApiError(500, 'InternalError', message, {causes: [{reason: '', message: detail, field: ''}]});
}
