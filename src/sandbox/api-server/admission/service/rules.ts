import {invalidObject} from '../rules/field-error.ts';
import {cidrWarnings, ipWarnings} from '../rules/ip.ts';
import {dns1123Label} from '../rules/names.ts';
import type {AdmissionContext, KindRules} from '../types.ts';
import {allocate} from './allocate.ts';
import {defaultService} from './defaults.ts';
import {settleFamilies} from './families.ts';
import {defaultOnRead, dropTypeDependent, keepAllocated, normalizeClusterIPs} from './normalize.ts';
import type {ServiceObject} from './types.ts';
import {validateService} from './validate-service.ts';
import {validateServiceChange, validateServiceStatus} from './validate-update.ts';

/** Service: defaults, allocation before validation, then the rules of the API server's storage and strategy. */
export const serviceRules: KindRules<ServiceObject> = {
  // since 1.37 a Service's name may start with a digit (KEP-5311)
  name: dns1123Label,
  initialStatus: () => ({loadBalancer: {}}),
  defaults: defaultService,
  prepare: prepareService,
  prepareUpdate: prepareServiceUpdate,
  validate: validateService,
  validateChange: (service, old) => validateServiceChange(service.spec ?? {}, old.spec ?? {}),
  validateStatus: validateServiceStatus,
  warnings: serviceWarnings,
};

/** Brings cluster IPs in line, takes over what was allocated, allocates the rest. */
export function prepareService(service: ServiceObject, old: ServiceObject | null, {allocators, dryRun = false}: AdmissionContext): void {
  service.spec ??= {};
  const oldSpec = old === null ? null : (old.spec ?? {});
  if (oldSpec !== null) {
    defaultOnRead(oldSpec, allocators.families[0] ?? 'IPv4');
    keepAllocated(service.spec, oldSpec);
  }
  normalizeClusterIPs(service.spec, oldSpec);
  const name = service.metadata?.name ?? '';
  const unsettled = settleFamilies(service.spec, oldSpec, allocators.families);
  const errors = unsettled.length > 0 ? unsettled : allocate(service.spec, oldSpec, allocators, {name, dryRun});
  if (errors.length > 0) throw invalidObject('', 'Service', name, errors);
}

export function prepareServiceUpdate(service: ServiceObject, old: ServiceObject): void {
  service.spec ??= {};
  dropTypeDependent(service.spec, old.spec ?? {});
  if (service.spec.type !== 'LoadBalancer' && service.status !== undefined) service.status = {...service.status, loadBalancer: {}};
}

const HINTS = 'service.kubernetes.io/topology-aware-hints';

function serviceWarnings({metadata, spec = {}}: ServiceObject): string[] {
  const isHeadless = spec.type === 'ClusterIP' && spec.clusterIP === 'None';
  const isExternalName = spec.type === 'ExternalName';
  const hasExternalIPs = (spec.externalIPs?.length ?? 0) > 0;
  const told: (string | false)[] = [
    metadata?.annotations?.[HINTS] !== undefined &&
      `annotation ${HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead`,
    isHeadless && !!spec.loadBalancerIP && 'spec.loadBalancerIP is ignored for headless services',
    isHeadless && hasExternalIPs && 'spec.externalIPs is ignored for headless services',
    isHeadless && spec.sessionAffinity !== 'None' && 'spec.SessionAffinity is ignored for headless services',
    hasExternalIPs && !isHeadless && !isExternalName && 'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    isExternalName && hasExternalIPs && 'spec.externalIPs is ignored when spec.type is "ExternalName"',
    !isExternalName && !!spec.externalName && 'spec.externalName is ignored when spec.type is not "ExternalName"',
    spec.trafficDistribution === 'PreferClose' && 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ];
  return [
    ...(isHeadless ? [] : (spec.clusterIPs ?? []).flatMap((ip, index) => ipWarnings(`spec.clusterIPs[${index}]`, ip))),
    ...(spec.externalIPs ?? []).flatMap((ip, index) => ipWarnings(`spec.externalIPs[${index}]`, ip)),
    ...(spec.loadBalancerIP ? ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP) : []),
    ...(spec.loadBalancerSourceRanges ?? []).flatMap((each, index) => cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, each)),
    ...told.filter((each) => each !== false),
  ];
}
