import type {KubernetesObject} from '../../../../model/index.ts';
import {type FieldError, forbidden, invalid, invalidFor, notSupported, required} from '../rules/field-error.ts';
import {validateCidr, validateEndpointIP, validateIP} from '../rules/ip.ts';
import {validateLabels} from '../rules/metadata.ts';
import {dns1123Subdomain, portNumber, qualifiedName} from '../rules/names.ts';
import {isExternallyAccessible, isHeadless, needsHealthCheck, type ServiceObject, type ServiceSpec} from './types.ts';
import {validateClusterIPs} from './validate-cluster-ips.ts';
import {validatePorts} from './validate-ports.ts';

/** All that holds for a Service as such, apart from its metadata. Upstream: validateService in pkg/apis/core/validation. */
export function validateService(service: ServiceObject, old: ServiceObject | null): FieldError[] {
  const spec = service.spec ?? {};
  const oldSpec = old?.spec ?? null;
  return [
    ...topologyAnnotations(service),
    ...perType(spec),
    ...validatePorts(spec.ports ?? []),
    ...(spec.selector === undefined ? [] : validateLabels(spec.selector, 'spec.selector')),
    ...affinity(spec),
    ...validateClusterIPs(spec, oldSpec),
    ...externalIPs(spec, oldSpec),
    ...knownType(spec),
    ...portCollisions(spec),
    ...sourceRanges(service, old),
    ...loadBalancerFields(spec),
    ...trafficPolicies(spec),
  ];
}

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';

function topologyAnnotations({metadata}: ServiceObject): FieldError[] {
  const [hints, mode] = [metadata?.annotations?.[HINTS], metadata?.annotations?.[MODE]];
  if (hints === undefined || mode === undefined || hints === mode) return [];
  return [invalid(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`)];
}

function perType(spec: ServiceSpec): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.ports ?? []).length === 0 && !isHeadless(spec) && spec.type !== 'ExternalName') errors.push(required('spec.ports'));
  if (isHeadless(spec) && (spec.type === 'LoadBalancer' || spec.type === 'NodePort')) {
    errors.push(invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`));
  }
  if (spec.type === 'ExternalName') errors.push(...externalName(spec));
  return errors;
}

function externalName(spec: ServiceSpec): FieldError[] {
  const cname = (spec.externalName ?? '').replace(/\.$/, '');
  const unwanted = [
    ...((spec.clusterIPs?.length ?? 0) > 0 ? ['clusterIPs'] : []),
    ...((spec.ipFamilies?.length ?? 0) > 0 ? ['ipFamilies'] : []),
    ...(spec.ipFamilyPolicy === undefined ? [] : ['ipFamilyPolicy']),
  ];
  return [
    ...unwanted.map((name) => forbidden(`spec.${name}`, 'may not be set for ExternalName services')),
    ...(cname === '' ? [required('spec.externalName')] : invalidFor('spec.externalName', cname, dns1123Subdomain(cname))),
  ];
}

function affinity({sessionAffinity, sessionAffinityConfig}: ServiceSpec): FieldError[] {
  const config = 'spec.sessionAffinityConfig';
  if (!sessionAffinity) return [required('spec.sessionAffinity')];
  if (sessionAffinity === 'None') {
    return sessionAffinityConfig === undefined ? [] : [forbidden(config, 'must not be set when session affinity is None')];
  }
  if (sessionAffinity !== 'ClientIP') return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  const why = 'when session affinity type is ClientIP';
  if (sessionAffinityConfig === undefined) return [required(config, why)];
  if (sessionAffinityConfig.clientIP === undefined) return [required(`${config}.clientIP`, why)];
  const timeout = sessionAffinityConfig.clientIP.timeoutSeconds;
  if (timeout === undefined) return [required(`${config}.clientIP.timeoutSeconds`, why)];
  if (timeout > 0 && timeout <= 86_400) return [];
  return [invalid(`${config}.clientIP.timeoutSeconds`, timeout, 'must be greater than 0 and less than 86400')];
}

function externalIPs(spec: ServiceSpec, old: ServiceSpec | null): FieldError[] {
  return (spec.externalIPs ?? []).flatMap((ip, index) => {
    const field = `spec.externalIPs[${index}]`;
    const malformed = validateIP(field, ip, old?.externalIPs ?? []);
    return malformed.length > 0 ? malformed : validateEndpointIP(field, ip);
  });
}

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

function knownType({type}: ServiceSpec): FieldError[] {
  if (!type) return [required('spec.type')];
  return TYPES.includes(type) ? [] : [notSupported('spec.type', type, TYPES)];
}

function portCollisions(spec: ServiceSpec): FieldError[] {
  const ports = spec.ports ?? [];
  const forbiddenPorts = ports.flatMap((port, index) =>
    spec.type === 'ClusterIP' && port.nodePort
      ? [forbidden(`spec.ports[${index}].nodePort`, "may not be used when `type` is 'ClusterIP'")]
      : [],
  );
  return [...forbiddenPorts, ...duplicateNodePorts(ports), ...duplicatePorts(ports)];
}

function duplicateNodePorts(ports: NonNullable<ServiceSpec['ports']>): FieldError[] {
  return ports.flatMap((port, index) => {
    const earlier = ports.slice(0, index).some((each) => each.nodePort === port.nodePort && each.protocol === port.protocol);
    const field = `spec.ports[${index}].nodePort`;
    return port.nodePort && earlier ? [{type: 'FieldValueDuplicate', field, body: `Duplicate value: ${port.nodePort}`} as const] : [];
  });
}

function duplicatePorts(ports: NonNullable<ServiceSpec['ports']>): FieldError[] {
  return ports.flatMap((port, index) => {
    const earlier = ports.slice(0, index).some((each) => each.port === port.port && each.protocol === port.protocol);
    if (!earlier) return [];
    // The API shows the two fields that collide as its internal type does.
    const shown = JSON.stringify({Name: '', Protocol: port.protocol ?? '', AppProtocol: null, Port: port.port, TargetPort: 0, NodePort: 0});
    return [{type: 'FieldValueDuplicate', field: `spec.ports[${index}]`, body: `Duplicate value: ${shown}`} as const];
  });
}

const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

/** The field's name is capitalised in the API's own messages. */
function sourceRanges(service: ServiceObject, old: ServiceObject | null): FieldError[] {
  const spec = service.spec ?? {};
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const onlyForType = (field: string) =>
    spec.type === 'LoadBalancer' ? [] : [forbidden(field, "may only be used when `type` is 'LoadBalancer'")];
  if (ranges.length > 0) {
    const field = 'spec.LoadBalancerSourceRanges';
    const stored = (old?.spec?.loadBalancerSourceRanges ?? []).map((each) => each.trim());
    return [...onlyForType(field), ...ranges.flatMap((each, index) => validateCidr(`${field}[${index}]`, each.trim(), stored))];
  }
  const annotation = annotationOf(service);
  if (annotation === undefined) return [];
  const field = `metadata.annotations[${RANGES_ANNOTATION}]`;
  const isNew = annotation.trim() !== '' && (old === null || annotationOf(old) !== annotation);
  const listed = isNew ? annotation.trim().split(',') : [];
  return [...onlyForType(field), ...listed.flatMap((each) => validateCidr(field, each.trim()))];
}

function annotationOf({metadata}: KubernetesObject): string | undefined {
  return metadata?.annotations?.[RANGES_ANNOTATION];
}

function loadBalancerFields(spec: ServiceSpec): FieldError[] {
  const {type, allocateLoadBalancerNodePorts: allocates, loadBalancerClass} = spec;
  const isLoadBalancer = type === 'LoadBalancer';
  const misplaced = "may only be used when `type` is 'LoadBalancer'";
  return [
    ...(allocates !== undefined && !isLoadBalancer ? [forbidden('spec.allocateLoadBalancerNodePorts', misplaced)] : []),
    // without `spec.` in the API's own message
    ...(allocates === undefined && isLoadBalancer ? [required('allocateLoadBalancerNodePorts')] : []),
    ...validateLoadBalancerClass(loadBalancerClass, isLoadBalancer),
  ];
}

/** `loadBalancerClass` by itself; whether it may change is the update's matter. */
export function validateLoadBalancerClass(loadBalancerClass: string | undefined, isLoadBalancer: boolean): FieldError[] {
  if (loadBalancerClass === undefined) return [];
  if (!isLoadBalancer) return [forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'")];
  return invalidFor('spec.loadBalancerClass', loadBalancerClass, qualifiedName(loadBalancerClass));
}

function trafficPolicies(spec: ServiceSpec): FieldError[] {
  return [...externalPolicy(spec), ...healthCheckPort(spec), ...internalPolicy(spec), ...distribution(spec)];
}

const POLICIES = ['Cluster', 'Local'];

function externalPolicy(spec: ServiceSpec): FieldError[] {
  const field = 'spec.externalTrafficPolicy';
  const policy = spec.externalTrafficPolicy ?? '';
  if (!isExternallyAccessible(spec)) {
    return policy === '' ? [] : [invalid(field, policy, 'may only be set for externally-accessible services')];
  }
  if (policy === '') return [required(field)];
  return POLICIES.includes(policy) ? [] : [notSupported(field, policy, POLICIES)];
}

function healthCheckPort(spec: ServiceSpec): FieldError[] {
  const field = 'spec.healthCheckNodePort';
  const port = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheck(spec)) return port === 0 ? [required(field)] : invalidFor(field, port, portNumber(port));
  if (port === 0) return [];
  return [invalid(field, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")];
}

function internalPolicy({internalTrafficPolicy, type}: ServiceSpec): FieldError[] {
  const field = 'spec.internalTrafficPolicy';
  if (internalTrafficPolicy === undefined) {
    return ['ClusterIP', 'NodePort', 'LoadBalancer'].includes(type ?? '') ? [required(field)] : [];
  }
  return POLICIES.includes(internalTrafficPolicy) ? [] : [notSupported(field, internalTrafficPolicy, POLICIES)];
}

const DISTRIBUTIONS = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

function distribution({trafficDistribution}: ServiceSpec): FieldError[] {
  if (trafficDistribution === undefined || DISTRIBUTIONS.includes(trafficDistribution)) return [];
  return [notSupported('spec.trafficDistribution', trafficDistribution, DISTRIBUTIONS)];
}
