import type {KubernetesObject} from '../model/index.ts';
import {cutNode} from './cut-node.ts';
import {cutPod} from './cut-pod.ts';
import {cutService} from './cut-service.ts';
import {cutSlice} from './cut-slice.ts';
import type {Draft} from './draft-view.ts';
import {indexPod, indexService, indexSlice, unindexPod, unindexService, unindexSlice} from './indexes.ts';
import {texts} from './read.ts';

/** Kinds that are cut to records of their own; of all others the object itself is kept. */
const CUT = new Set(['Service', 'EndpointSlice', 'Pod', 'Node']);

type MapField =
  | 'services'
  | 'objects'
  | 'servicesByIP'
  | 'servicesByNodePort'
  | 'slices'
  | 'slicesOf'
  | 'pods'
  | 'podsByIP'
  | 'nodes'
  | 'others';

/** The fields that an object of this kind may change; the others stay shared. */
export function fieldsOf(kind: string): readonly MapField[] {
  switch (kind) {
    case 'Service':
      return ['services', 'objects', 'servicesByIP', 'servicesByNodePort'];
    case 'EndpointSlice':
      return ['slices', 'objects', 'slicesOf'];
    case 'Pod':
      return ['pods', 'podsByIP'];
    case 'Node':
      return ['nodes'];
    default:
      return ['others'];
  }
}

/** Puts an object into the draft, in place of one of the same name. */
export function put(draft: Draft, object: KubernetesObject): void {
  const kind = object.kind ?? '';
  const key = keyOf(object);
  take(draft, object);
  const namespace = namespaceOf(object);
  if (namespace !== null && !draft.namespaces.has(namespace)) draft.namespaces.add(namespace);
  switch (kind) {
    case 'Service': {
      const service = cutService(object);
      draft.services.set(key, service);
      draft.objects.set(`Service/${key}`, object);
      indexService(draft, key, service);
      return;
    }
    case 'EndpointSlice': {
      const slice = cutSlice(object);
      draft.slices.set(key, slice);
      draft.objects.set(`EndpointSlice/${key}`, object);
      indexSlice(draft, slice);
      return;
    }
    case 'Pod': {
      const pod = cutPod(object);
      draft.pods.set(key, pod);
      indexPod(draft, key, pod);
      return;
    }
    case 'Node':
      draft.nodes.set(object.metadata?.name ?? '', cutNode(object));
      return;
    default:
      draft.others.set(otherKey(object), object);
      if (kind === 'ServiceCIDR') draft.serviceCIDRs = serviceCIDRs(draft);
  }
}

/** Takes the object of this kind and name out of the draft, if it is there. */
export function take(draft: Draft, object: KubernetesObject): void {
  const key = keyOf(object);
  switch (object.kind) {
    case 'Service': {
      const service = draft.services.get(key);
      if (service === undefined) return;
      draft.services.delete(key);
      draft.objects.delete(`Service/${key}`);
      unindexService(draft, key, service);
      return;
    }
    case 'EndpointSlice': {
      const slice = draft.slices.get(key);
      if (slice === undefined) return;
      draft.slices.delete(key);
      draft.objects.delete(`EndpointSlice/${key}`);
      unindexSlice(draft, slice);
      return;
    }
    case 'Pod': {
      const pod = draft.pods.get(key);
      if (pod === undefined) return;
      draft.pods.delete(key);
      unindexPod(draft, key, pod);
      return;
    }
    case 'Node':
      draft.nodes.delete(object.metadata?.name ?? '');
      return;
    default:
      if (draft.others.delete(otherKey(object)) && object.kind === 'ServiceCIDR') draft.serviceCIDRs = serviceCIDRs(draft);
  }
}

/** The namespace that an object shows to exist: its own, or the one that it lives in. Null for what lives in none. */
export function namespaceOf(object: KubernetesObject): string | null {
  if (object.kind === 'Namespace') return object.metadata?.name ?? null;
  if (object.kind === 'Node') return null;
  return object.metadata?.namespace ?? (CUT.has(object.kind ?? '') ? 'default' : null);
}

/** Whether anything in the draft still shows that the namespace exists. */
export function isInhabited(draft: Draft, namespace: string): boolean {
  const prefix = `${namespace}/`;
  for (const map of [draft.services, draft.slices, draft.pods]) for (const key of map.keys()) if (key.startsWith(prefix)) return true;
  if (draft.others.has(`Namespace//${namespace}`)) return true;
  for (const object of draft.others.values()) if (object.metadata?.namespace === namespace) return true;
  return false;
}

function serviceCIDRs(draft: Draft): readonly string[] {
  const objects = [...draft.others.values()].filter((object) => object.kind === 'ServiceCIDR');
  return objects.flatMap((object) => texts((object['spec'] as {cidrs?: unknown} | undefined)?.cidrs)).sort();
}

function keyOf(object: KubernetesObject): string {
  return `${object.metadata?.namespace ?? 'default'}/${object.metadata?.name ?? ''}`;
}

function otherKey(object: KubernetesObject): string {
  return `${object.kind ?? ''}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}
