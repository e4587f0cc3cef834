import type {Container, ContainerPort, KubernetesObject, Pod, Protocol} from '../model/index.ts';
import {type Json, list, number, record, text, textMap} from './read.ts';

/** Cuts a Pod. */
export function cutPod(object: KubernetesObject): Pod {
  const metadata = object.metadata ?? {};
  const spec = record(object['spec']);
  const status = record(object['status']);
  const ips = list(status['podIPs']).flatMap((ip) => text(ip['ip']) ?? []);
  const podIP = text(status['podIP']);
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    labels: textMap(metadata.labels),
    nodeName: text(spec['nodeName']) || null,
    hostNetwork: spec['hostNetwork'] === true,
    hostname: text(spec['hostname']) || null,
    subdomain: text(spec['subdomain']) || null,
    phase: (text(status['phase']) ?? 'Pending') as Pod['phase'],
    ips: ips.length > 0 ? ips : podIP ? [podIP] : [],
    ready: list(status['conditions']).some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True'),
    deletedAt: metadata.deletionTimestamp ?? null,
    createdAt: metadata.creationTimestamp ?? null,
    containers: [
      ...list(spec['containers']).map((container) => cutContainer(container, false)),
      ...list(spec['initContainers']).map((container) => cutContainer(container, true)),
    ],
    object,
  };
}

function cutContainer(container: Json, init: boolean): Container {
  return {
    name: text(container['name']) ?? '',
    image: text(container['image']) ?? '',
    init,
    sidecar: init && container['restartPolicy'] === 'Always',
    ports: list(container['ports']).map(cutContainerPort),
  };
}

function cutContainerPort(port: Json): ContainerPort {
  return {
    name: text(port['name']) ?? '',
    protocol: (text(port['protocol']) ?? 'TCP') as Protocol,
    containerPort: number(port['containerPort']) ?? 0,
    hostPort: number(port['hostPort']) || null,
  };
}
