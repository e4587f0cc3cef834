import {familyOf} from '../ip/index.ts';
import type {IpFamily, KubernetesObject, LoadBalancerIngress, Protocol, Service, ServicePort, ServiceType} from '../model/index.ts';
import {type Json, list, number, record, text, textMap, texts} from './read.ts';

/** The default of `sessionAffinityConfig.clientIP.timeoutSeconds`: three hours (pkg/apis/core/v1/defaults.go). */
const AFFINITY_SECONDS = 10_800;

/** Cuts a Service, filling in what API defaulting fills in (pkg/apis/core/v1/defaults.go, SetDefaults_Service). */
export function cutService(object: KubernetesObject): Service {
  const spec = record(object['spec']);
  const metadata = object.metadata ?? {};
  const type = (text(spec['type']) ?? 'ClusterIP') as ServiceType;
  const clusterIPs = texts(spec['clusterIPs']).length > 0 ? texts(spec['clusterIPs']) : [text(spec['clusterIP']) ?? ''];
  const headless = type !== 'ExternalName' && clusterIPs[0] === 'None';
  const addresses = clusterIPs.filter((ip) => ip !== '' && ip !== 'None');
  const externalIPs = texts(spec['externalIPs']);
  const external = type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0);
  const selector = textMap(spec['selector']);
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    type,
    headless,
    clusterIPs: type === 'ExternalName' ? [] : addresses,
    ipFamilies: familiesOf(spec, addresses, headless, Object.keys(selector).length > 0),
    ipFamilyPolicy: text(spec['ipFamilyPolicy']) as Service['ipFamilyPolicy'],
    externalIPs,
    externalName: type === 'ExternalName' ? text(spec['externalName']) : null,
    selector: Object.keys(selector).length > 0 ? selector : null,
    ports: list(spec['ports']).map((port) => cutPort(port)),
    internalTrafficPolicy: spec['internalTrafficPolicy'] === 'Local' ? 'Local' : 'Cluster',
    externalTrafficPolicy: !external ? null : spec['externalTrafficPolicy'] === 'Local' ? 'Local' : 'Cluster',
    healthCheckNodePort: number(spec['healthCheckNodePort']) || null,
    affinitySeconds: affinitySeconds(spec),
    publishNotReadyAddresses: spec['publishNotReadyAddresses'] === true,
    trafficDistribution: text(spec['trafficDistribution']),
    loadBalancerClass: text(spec['loadBalancerClass']),
    allocateLoadBalancerNodePorts: spec['allocateLoadBalancerNodePorts'] !== false,
    loadBalancerSourceRanges: texts(spec['loadBalancerSourceRanges']),
    ingress: list(record(record(object['status'])['loadBalancer'])['ingress']).map(cutIngress),
    labels: textMap(metadata.labels),
    annotations: textMap(metadata.annotations),
    createdAt: metadata.creationTimestamp ?? null,
    deletedAt: metadata.deletionTimestamp ?? null,
  };
}

function cutPort(port: Json): ServicePort {
  const number_ = number(port['port']) ?? 0;
  const target = port['targetPort'];
  // targetPort 0 is what an unset one becomes in Go; the API defaults both to the port
  const targetPort = typeof target === 'string' && target !== '' ? target : number(target) || number_;
  return {
    name: text(port['name']) ?? '',
    protocol: (text(port['protocol']) ?? 'TCP') as Protocol,
    port: number_,
    targetPort,
    nodePort: number(port['nodePort']) || null,
    appProtocol: text(port['appProtocol']),
  };
}

function cutIngress(ingress: Json): LoadBalancerIngress {
  return {
    ip: text(ingress['ip']) || null,
    hostname: text(ingress['hostname']) || null,
    ipMode: ingress['ipMode'] === 'Proxy' ? 'Proxy' : 'VIP',
  };
}

function affinitySeconds(spec: Json): number | null {
  if (spec['sessionAffinity'] !== 'ClientIP') return null;
  return number(record(record(spec['sessionAffinityConfig'])['clientIP'])['timeoutSeconds']) ?? AFFINITY_SECONDS;
}

function familiesOf(spec: Json, addresses: readonly string[], headless: boolean, selecting: boolean): readonly IpFamily[] {
  const stated = texts(spec['ipFamilies']).filter((family): family is IpFamily => family === 'IPv4' || family === 'IPv6');
  if (stated.length > 0) return stated;
  const found = addresses.map(familyOf).filter((family) => family !== null);
  if (found.length > 0) return found;
  if (spec['type'] === 'ExternalName') return [];
  const both = spec['ipFamilyPolicy'] === 'RequireDualStack' || (headless && !selecting && spec['ipFamilyPolicy'] === undefined);
  return both ? ['IPv4', 'IPv6'] : ['IPv4'];
}
