import {canonicalIP, familyOf} from '../ip/index.ts';
import type {KubernetesObject} from '../model/index.ts';
import {type Json, list, number, record, text, texts} from '../view/index.ts';
import type {SliceEndpoint, SlicePort, TargetRef} from './slice.ts';

// What one pod gives to the endpoints of one Service (k8s.io/endpointslice: utils.go, util/controller_utils.go).

/** Whether a pod may be an endpoint at all: it has an address and is not at its end (phase Succeeded or Failed). */
export function podInEndpoints(pod: KubernetesObject, includeTerminating: boolean): boolean {
  const status = record(pod['status']);
  if (status['phase'] === 'Succeeded' || status['phase'] === 'Failed') return false;
  if (podIPs(pod).length === 0) return false;
  return includeTerminating || pod.metadata?.deletionTimestamp == null;
}

/** The pod's addresses as its status lists them; `podIP` stands for a missing list, as API defaulting has it. */
export function podIPs(pod: KubernetesObject): readonly string[] {
  const status = record(pod['status']);
  const ips = list(status['podIPs']).flatMap((entry) => text(entry['ip']) || []);
  return ips.length > 0 ? ips : [text(status['podIP']) ?? ''].filter((ip) => ip !== '');
}

/** Whether the pod's condition `Ready` is `True`. */
export function podIsReady(pod: KubernetesObject): boolean {
  return list(record(pod['status'])['conditions']).find((condition) => condition['type'] === 'Ready')?.['status'] === 'True';
}

/** The endpoint's hostname: only of a pod that has one and names the Service as its subdomain; null otherwise. */
export function endpointHostname(pod: KubernetesObject, service: KubernetesObject): string | null {
  const spec = record(pod['spec']);
  const sameNamespace = (pod.metadata?.namespace ?? '') === (service.metadata?.namespace ?? '');
  return sameNamespace && spec['subdomain'] === service.metadata?.name ? text(spec['hostname']) || null : null;
}

/**
 * The container port that a Service's port leads to in this pod, or null for a name that the pod lacks. A number stands for
 * itself. A name must agree in protocol too; ordinary containers come before sidecars (init containers that restart always).
 */
export function findPort(pod: KubernetesObject, servicePort: Json): number | null {
  const target = servicePort['targetPort'];
  if (typeof target !== 'string' || target === '') return number(target) ?? number(servicePort['port']) ?? 0;
  const spec = record(pod['spec']);
  const sidecars = list(spec['initContainers']).filter((container) => container['restartPolicy'] === 'Always');
  const ports = [...list(spec['containers']), ...sidecars].flatMap((container) => list(container['ports']));
  const found = ports.find((port) => port['name'] === target && protocolOf(port) === protocolOf(servicePort));
  return found === undefined ? null : number(found['containerPort']);
}

function protocolOf(port: Json): string {
  return text(port['protocol']) || 'TCP';
}

/** The ports of a slice that holds this pod: those of the Service that the pod has. What the manifest leaves out stays out. */
export function endpointPorts(service: KubernetesObject, pod: KubernetesObject): readonly SlicePort[] {
  return list(record(service['spec'])['ports']).flatMap((servicePort) => {
    const port = findPort(pod, servicePort);
    return port === null ? [] : [portOf(servicePort, port)];
  });
}

function portOf(servicePort: Json, port: number): SlicePort {
  const protocol = text(servicePort['protocol']);
  const appProtocol = text(servicePort['appProtocol']);
  return {
    name: text(servicePort['name']) ?? '',
    ...(protocol === null ? {} : {protocol}),
    port,
    ...(appProtocol === null ? {} : {appProtocol}),
  };
}

/** The endpoint of a pod in a slice of one address type; without addresses where the pod has none of that family. */
export function podToEndpoint(
  pod: KubernetesObject,
  node: KubernetesObject | null,
  service: KubernetesObject,
  addressType: string,
): SliceEndpoint {
  const serving = podIsReady(pod);
  const terminating = pod.metadata?.deletionTimestamp != null;
  const publish = record(service['spec'])['publishNotReadyAddresses'] === true;
  const hostname = endpointHostname(pod, service);
  const nodeName = text(record(pod['spec'])['nodeName']);
  const zone = node?.metadata?.labels?.['topology.kubernetes.io/zone'];
  return {
    addresses: podIPs(pod).flatMap((ip) => (familyOf(ip) === addressType ? (canonicalIP(ip) ?? []) : [])),
    conditions: {ready: publish || (serving && !terminating), serving, terminating},
    ...(hostname === null ? {} : {hostname}),
    targetRef: podReference(pod),
    ...(nodeName ? {nodeName} : {}),
    ...(zone ? {zone} : {}),
  };
}

/** How endpoints name their pod. */
export function podReference(pod: KubernetesObject): TargetRef {
  const {namespace, name, uid} = pod.metadata ?? {};
  return {kind: 'Pod', ...(namespace ? {namespace} : {}), ...(name ? {name} : {}), ...(uid ? {uid} : {})};
}

/**
 * The address types that a Service has slices for: its IP families; before the API filled those, its cluster IP's family, or both
 * for headless.
 */
export function addressTypes(service: KubernetesObject): readonly string[] {
  const spec = record(service['spec']);
  const families = texts(spec['ipFamilies']).filter((family) => family === 'IPv4' || family === 'IPv6');
  if (families.length > 0) return [...new Set(families)];
  const clusterIP = text(spec['clusterIP']) ?? '';
  if (clusterIP !== '' && clusterIP !== 'None') return [clusterIP.includes(':') ? 'IPv6' : 'IPv4'];
  return ['IPv4', 'IPv6'];
}
