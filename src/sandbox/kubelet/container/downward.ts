import type {ContainerSpec, FieldRef, PodObject, ResourceFieldRef} from '../pod/pod-object.ts';
import {divideQuantity} from './divide-quantity.ts';

/** What the kubelet knows of a pod beyond its object, when its containers start. */
export interface PodPlace {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of a `fieldRef`. Source: the downward API's list of fields. */
export function fieldValue(ref: FieldRef, pod: PodObject, place: PodPlace): string {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(ref.fieldPath);
  if (keyed) return (keyed[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations)?.[keyed[2] ?? ''] ?? '';
  switch (ref.fieldPath) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace;
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return formatMap(pod.metadata.labels ?? {});
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations ?? {});
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? 'default';
    case 'status.hostIP':
      return place.hostIPs[0] ?? '';
    case 'status.hostIPs':
      return place.hostIPs.join(',');
    case 'status.podIP':
      return place.podIPs[0] ?? '';
    case 'status.podIPs':
      return place.podIPs.join(',');
    default:
      throw new Error(`unsupported fieldPath: ${ref.fieldPath}`);
  }
}

/** The value of a `resourceFieldRef`: where the container sets no limit, the node's allocatable counts. */
export function resourceValue(ref: ResourceFieldRef, container: ContainerSpec, place: PodPlace): string {
  const [side, ...rest] = ref.resource.split('.');
  const name = rest.join('.');
  const {requests, limits} = container.resources ?? {};
  const own = side === 'requests' ? (requests?.[name] ?? limits?.[name] ?? '0') : (limits?.[name] ?? place.allocatable[name] ?? '0');
  return divideQuantity(own, ref.divisor === '0' ? '1' : ref.divisor);
}

function formatMap(values: Readonly<Record<string, string>>): string {
  return Object.keys(values)
    .toSorted()
    .map((key) => `${key}=${JSON.stringify(values[key])}`)
    .join('\n');
}
