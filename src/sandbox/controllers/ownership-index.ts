import type {KubernetesObject, OwnerReference} from '../../model/index.ts';
import type {ApiChange} from '../api.ts';

/** Where an object is stored. */
export interface Place {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
}

/** Who owns whom, by uid, kept current change by change. */
export interface OwnershipIndex {
  put(resource: string, object: KubernetesObject): void;
  apply(change: ApiChange): void;
  /** Where the object of a uid is; null for one that is gone. */
  find(uid: string): Place | null;
  dependentsOf(uid: string): readonly Place[];
}

export function createOwnershipIndex(): OwnershipIndex {
  const places = new Map<string, Place>();
  const dependents = new Map<string, Map<string, Place>>();

  function put(resource: string, object: KubernetesObject): void {
    const {uid = '', namespace = '', name = ''} = object.metadata ?? {};
    const place = {resource, namespace, name};
    places.set(uid, place);
    for (const owner of ownersOf(object)) {
      const known = dependents.get(owner.uid) ?? new Map<string, Place>();
      known.set(uid, place);
      dependents.set(owner.uid, known);
    }
  }

  function drop(object: KubernetesObject): void {
    const uid = object.metadata?.uid ?? '';
    places.delete(uid);
    for (const owner of ownersOf(object)) {
      const known = dependents.get(owner.uid);
      known?.delete(uid);
      if (known?.size === 0) dependents.delete(owner.uid);
    }
  }

  return {
    put,
    apply: ({type, resource, object, previous}) => {
      if (previous !== null) drop(previous);
      if (type === 'DELETED') drop(object);
      else put(resource, object);
    },
    find: (uid) => places.get(uid) ?? null,
    dependentsOf: (uid) => [...(dependents.get(uid)?.values() ?? [])],
  };
}

/** An object's owners; none for what owns itself alone. */
export function ownersOf(object: KubernetesObject): readonly OwnerReference[] {
  return object.metadata?.ownerReferences ?? [];
}
