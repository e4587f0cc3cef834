import type {KubernetesObject} from '../../../model/index.ts';
import {byteOrder, type Store} from '../store/index.ts';

/**
 * The objects of a resource as they were at an earlier resourceVersion: the present state with the changes since then taken back.
 * Null where some of those changes are compacted.
 */
export function listAt(store: Store, resource: string, namespace: string | undefined, version: number): readonly KubernetesObject[] | null {
  if (version === store.resourceVersion) return store.list(resource, namespace);
  const changes = store.changesSince(version);
  if (changes === null) return null;
  const objects = new Map(store.list(resource, namespace).map((object) => [keyOf(object), object]));
  for (const change of changes.toReversed()) {
    if (change.resource !== resource || (namespace !== undefined && change.object.metadata?.namespace !== namespace)) continue;
    if (change.previous === null) objects.delete(keyOf(change.object));
    else objects.set(keyOf(change.object), change.previous);
  }
  return [...objects.values()].sort((a, b) => byteOrder(keyOf(a), keyOf(b)));
}

/** Sorts as etcd's keys do; NUL cannot stand in a name. */
export function keyOf({metadata}: KubernetesObject): string {
  return `${metadata?.namespace ?? ''}\0${metadata?.name ?? ''}`;
}
