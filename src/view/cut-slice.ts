import {canonicalIP} from '../ip/index.ts';
import type {Endpoint, EndpointPort, EndpointSlice, KubernetesObject, Protocol} from '../model/index.ts';
import {type Json, list, number, record, text, textMap, texts} from './read.ts';

const SERVICE_NAME = 'kubernetes.io/service-name';
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';

/** Cuts an EndpointSlice; absent conditions are read as kube-proxy reads them: ready true, serving true, terminating false (pkg/proxy/endpointslicecache.go). */
export function cutSlice(object: KubernetesObject): EndpointSlice {
  const metadata = object.metadata ?? {};
  const labels = textMap(metadata.labels);
  return {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    service: labels[SERVICE_NAME] || null,
    addressType: (text(object['addressType']) ?? 'IPv4') as EndpointSlice['addressType'],
    managedBy: labels[MANAGED_BY] ?? '',
    ports: list(object['ports']).map(cutPort),
    endpoints: list(object['endpoints']).flatMap(cutEndpoint),
    createdAt: metadata.creationTimestamp ?? null,
    generation: metadata.generation ?? 0,
    labels,
  };
}

function cutPort(port: Json): EndpointPort {
  return {name: text(port['name']) ?? '', protocol: (text(port['protocol']) ?? 'TCP') as Protocol, port: number(port['port'])};
}

/** Only the first address has a meaning: the API says that consumers may ignore the others, and kube-proxy does. */
function cutEndpoint(endpoint: Json): readonly Endpoint[] {
  const address = texts(endpoint['addresses'])[0];
  if (address === undefined) return [];
  const conditions = record(endpoint['conditions']);
  const hints = record(endpoint['hints']);
  const target = record(endpoint['targetRef']);
  return [
    {
      address: canonicalIP(address) ?? address,
      ready: conditions['ready'] !== false,
      serving: conditions['serving'] !== false,
      terminating: conditions['terminating'] === true,
      hostname: text(endpoint['hostname']),
      nodeName: text(endpoint['nodeName']) || null,
      zone: text(endpoint['zone']),
      zoneHints: list(hints['forZones']).flatMap((zone) => text(zone['name']) ?? []),
      nodeHints: list(hints['forNodes']).flatMap((node) => text(node['name']) ?? []),
      pod:
        target['kind'] === 'Pod' && typeof target['name'] === 'string'
          ? {namespace: text(target['namespace']) ?? '', name: target['name'], uid: text(target['uid']) ?? ''}
          : null,
    },
  ];
}
