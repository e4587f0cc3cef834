import type {IpFamily, KubernetesObject} from '../../../../model/index.ts';

/** A Service on its way through admission: as the API has it, with every field open to be filled in. */
export interface ServiceObject extends KubernetesObject {
  spec?: ServiceSpec;
  status?: {loadBalancer?: {ingress?: LoadBalancerIngress[]}; [field: string]: unknown};
}

export interface ServiceSpec {
  type?: string;
  ports?: ServicePortSpec[];
  selector?: Record<string, string>;
  clusterIP?: string;
  clusterIPs?: string[];
  externalIPs?: string[];
  sessionAffinity?: string;
  sessionAffinityConfig?: {clientIP?: {timeoutSeconds?: number}};
  loadBalancerIP?: string;
  loadBalancerSourceRanges?: string[];
  loadBalancerClass?: string;
  externalName?: string;
  externalTrafficPolicy?: string;
  healthCheckNodePort?: number;
  publishNotReadyAddresses?: boolean;
  ipFamilies?: IpFamily[];
  ipFamilyPolicy?: string;
  allocateLoadBalancerNodePorts?: boolean;
  internalTrafficPolicy?: string;
  trafficDistribution?: string;
}

export interface ServicePortSpec {
  name?: string;
  protocol?: string;
  appProtocol?: string;
  port: number;
  targetPort?: number | string;
  nodePort?: number;
}

export interface LoadBalancerIngress {
  ip?: string;
  hostname?: string;
  ipMode?: string;
  [field: string]: unknown;
}

export function isHeadless({clusterIPs}: ServiceSpec): boolean {
  return clusterIPs?.length === 1 && clusterIPs[0] === 'None';
}

export function isExternallyAccessible({type, externalIPs}: ServiceSpec): boolean {
  return type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs?.length ?? 0) > 0);
}

/** Whether load balancers ask each node for its local endpoints. */
export function needsHealthCheck({type, externalTrafficPolicy}: ServiceSpec): boolean {
  return type === 'LoadBalancer' && externalTrafficPolicy === 'Local';
}

/** Whether the type gives node ports at all. */
export function hasNodePorts({type}: ServiceSpec): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** Whether node ports that nobody asked for are given. */
export function allocatesNodePorts({type, allocateLoadBalancerNodePorts}: ServiceSpec): boolean {
  return type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false);
}

/** Sets a field, or takes it away where the value is undefined. */
export function assign<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  value: Target[Name] | undefined,
): void {
  if (value === undefined) delete target[name];
  else target[name] = value;
}

export function sameList(one: readonly unknown[] | undefined, other: readonly unknown[] | undefined): boolean {
  const [first, second] = [one ?? [], other ?? []];
  return first.length === second.length && first.every((item, index) => item === second[index]);
}
