import {accessModes, firstThree, labelsText, orNone, orUnset, since} from './format.ts';
import {at, list, number, record, text, texts} from './read.ts';
import type {Cell, Kind} from './row.ts';

const age = (object: unknown, now: number): string => since(text(object, 'metadata.creationTimestamp'), now);
const name = (object: unknown): string => text(object, 'metadata.name');

/** Columns as their names, `*` for wide ones; cells in the same order (pkg/printers/internalversion). */
export const CORE_ROWS: Readonly<Record<string, Kind>> = {
  services: {
    columns: 'Name Type Cluster-IP External-IP Port(s) Age Selector*',
    cells: (service, now) => [
      name(service),
      text(service, 'spec.type'),
      orNone(texts(service, 'spec.clusterIPs')[0] ?? ''),
      externalAddress(service),
      orNone(list(service, 'spec.ports').map(portText).join(',')),
      age(service, now),
      labelsText(record(service, 'spec.selector')),
    ],
  },
  endpoints: {
    columns: 'Name Endpoints Age',
    cells: (endpoints, now) => [
      name(endpoints),
      firstThree(list(endpoints, 'subsets').flatMap(subsetAddresses), endpointsNone(endpoints)),
      age(endpoints, now),
    ],
  },
  'endpointslices.discovery.k8s.io': {
    columns: 'Name AddressType Ports Endpoints Age',
    cells: (slice, now) => [
      name(slice),
      text(slice, 'addressType'),
      firstThree(
        list(slice, 'ports').map((port) => text(port, 'port') || text(port, 'name') || '*'),
        '<unset>',
      ),
      firstThree(
        list(slice, 'endpoints').flatMap((endpoint) => texts(endpoint, 'addresses')),
        '<unset>',
      ),
      age(slice, now),
    ],
  },
  nodes: {
    columns: 'Name Status Roles Age Version Internal-IP* External-IP* OS-Image* Kernel-Version* Container-Runtime*',
    cells: (node, now) => [
      name(node),
      nodeStatus(node),
      nodeRoles(node),
      age(node, now),
      text(node, 'status.nodeInfo.kubeletVersion'),
      orNone(nodeAddress(node, 'InternalIP')),
      orNone(nodeAddress(node, 'ExternalIP')),
      text(node, 'status.nodeInfo.osImage') || '<unknown>',
      (text(node, 'status.nodeInfo.kernelVersion') || '<unknown>') + architecture(node),
      text(node, 'status.nodeInfo.containerRuntimeVersion') || '<unknown>',
    ],
  },
  namespaces: {columns: 'Name Status Age', cells: (space, now) => [name(space), text(space, 'status.phase'), age(space, now)]},
  configmaps: {
    columns: 'Name Data Age',
    cells: (map, now) => [
      name(map),
      Object.keys(record(map, 'data')).length + Object.keys(record(map, 'binaryData')).length,
      age(map, now),
    ],
  },
  secrets: {
    columns: 'Name Type Data Age',
    cells: (secret, now) => [name(secret), text(secret, 'type'), Object.keys(record(secret, 'data')).length, age(secret, now)],
  },
  serviceaccounts: {columns: 'Name Age', cells: (account, now) => [name(account), age(account, now)]},
  events: {columns: 'Last-Seen Type Reason Object Subobject* Source* Message First-Seen* Count* Name*', cells: eventCells},
  persistentvolumeclaims: {
    columns: 'Name Status Volume Capacity Access-Modes StorageClass VolumeAttributesClass Age VolumeMode*',
    cells: (claim, now) => {
      const bound = text(claim, 'spec.volumeName') !== '';
      return [
        name(claim),
        phase(claim),
        text(claim, 'spec.volumeName'),
        bound ? text(claim, 'status.capacity.storage') || '0' : '',
        bound ? accessModes(claim, 'status.accessModes') : '',
        className(claim),
        orUnset(claim, 'spec.volumeAttributesClassName'),
        age(claim, now),
        orUnset(claim, 'spec.volumeMode'),
      ];
    },
  },
  persistentvolumes: {
    columns: 'Name Capacity Access-Modes Reclaim-Policy Status Claim StorageClass VolumeAttributesClass Reason Age VolumeMode*',
    cells: (volume, now) => [
      name(volume),
      text(volume, 'spec.capacity.storage') || '0',
      accessModes(volume, 'spec.accessModes'),
      text(volume, 'spec.persistentVolumeReclaimPolicy'),
      phase(volume),
      at(volume, 'spec.claimRef') === undefined ? '' : `${text(volume, 'spec.claimRef.namespace')}/${text(volume, 'spec.claimRef.name')}`,
      className(volume),
      orUnset(volume, 'spec.volumeAttributesClassName'),
      text(volume, 'status.reason'),
      age(volume, now),
      orUnset(volume, 'spec.volumeMode'),
    ],
  },
  'leases.coordination.k8s.io': {
    columns: 'Name Holder Age',
    cells: (lease, now) => [name(lease), text(lease, 'spec.holderIdentity'), age(lease, now)],
  },
  'storageclasses.storage.k8s.io': {
    columns: 'Name Provisioner ReclaimPolicy VolumeBindingMode AllowVolumeExpansion Age',
    cells: (storage, now) => [
      name(storage) + (text(record(storage, 'metadata.annotations'), IS_DEFAULT) === 'true' ? ' (default)' : ''),
      text(storage, 'provisioner'),
      text(storage, 'reclaimPolicy') || 'Delete',
      text(storage, 'volumeBindingMode') || '<unset>',
      at(storage, 'allowVolumeExpansion') === true,
      age(storage, now),
    ],
  },
};

/** The annotation's name has dots, so it is read from the map itself. */
const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';

function externalAddress(service: unknown): string {
  const external = texts(service, 'spec.externalIPs');
  switch (text(service, 'spec.type')) {
    case 'ExternalName':
      return text(service, 'spec.externalName');
    case 'LoadBalancer': {
      const ingress = list(service, 'status.loadBalancer.ingress').map((each) => text(each, 'ip') || text(each, 'hostname'));
      const all = [...[...new Set(ingress)].filter((each) => each !== '').sort(), ...external];
      return all.length === 0 ? '<pending>' : all.join(',');
    }
    default:
      return orNone(external.join(','));
  }
}

function portText(port: unknown): string {
  const node = number(port, 'nodePort');
  return `${number(port, 'port')}${node > 0 ? `:${node}` : ''}/${text(port, 'protocol')}`;
}

function endpointsNone(endpoints: unknown): string {
  return list(endpoints, 'subsets').length === 0 ? '<none>' : '';
}

function subsetAddresses(subset: unknown): string[] {
  const addresses = list(subset, 'addresses').map((address) => text(address, 'ip'));
  const ports = list(subset, 'ports');
  if (ports.length === 0) return addresses;
  return ports.flatMap((port) => addresses.map((ip) => `${ip.includes(':') ? `[${ip}]` : ip}:${number(port, 'port')}`));
}

function nodeStatus(node: unknown): string {
  const ready = list(node, 'status.conditions').find((each) => text(each, 'type') === 'Ready');
  const status = ready === undefined ? 'Unknown' : text(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec.unschedulable') === true ? `${status},SchedulingDisabled` : status;
}

function nodeRoles(node: unknown): string {
  const labels = Object.entries(record(node, 'metadata.labels'));
  const roles = labels.flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice('node-role.kubernetes.io/'.length)];
    return key === 'kubernetes.io/role' ? [String(value)] : [];
  });
  return orNone(
    [...new Set(roles)]
      .filter((role) => role !== '')
      .sort()
      .join(','),
  );
}

function nodeAddress(node: unknown, type: string): string {
  return text(
    list(node, 'status.addresses').find((each) => text(each, 'type') === type),
    'address',
  );
}

function architecture(node: unknown): string {
  const value = text(node, 'status.nodeInfo.architecture');
  return value === '' ? '' : ` (${value})`;
}

function phase(object: unknown): string {
  return at(object, 'metadata.deletionTimestamp') === undefined ? text(object, 'status.phase') : 'Terminating';
}

function className(object: unknown): string {
  return text(record(object, 'metadata.annotations'), 'volume.beta.kubernetes.io/storage-class') || text(object, 'spec.storageClassName');
}

/** Of the stored, core form: events.k8s.io shows the same. */
function eventCells(event: unknown, now: number): Cell[] {
  const first = since(text(event, 'firstTimestamp') || text(event, 'eventTime'), now);
  const last = text(event, 'series.lastObservedTime') || text(event, 'lastTimestamp');
  const kind = text(event, 'involvedObject.kind').toLowerCase();
  const target = text(event, 'involvedObject.name');
  const source = [
    text(event, 'source.component') || text(event, 'reportingComponent'),
    text(event, 'source.host') || text(event, 'reportingInstance'),
  ];
  return [
    last === '' ? first : since(last, now),
    text(event, 'type'),
    text(event, 'reason'),
    target === '' ? kind : `${kind}/${target}`,
    text(event, 'involvedObject.fieldPath'),
    source.filter((part, i) => i === 0 || part !== '').join(', '),
    text(event, 'message').trim(),
    first,
    number(event, 'series.count') || number(event, 'count') || 1,
    name(event),
  ];
}
