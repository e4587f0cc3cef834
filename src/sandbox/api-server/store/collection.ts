import type {KubernetesObject} from '../../../model/index.ts';

/** The objects of one resource, sorted by namespace and name as etcd's keys sort. */
export interface Collection {
  get(namespace: string, name: string): KubernetesObject | undefined;
  set(object: KubernetesObject): void;
  remove(namespace: string, name: string): void;
  /** All of them, or those of one namespace. The array is a snapshot: later writes do not show in it. */
  list(namespace?: string): readonly KubernetesObject[];
}

export function createCollection(): Collection {
  const spaces = new Map<string, Map<string, KubernetesObject>>();
  const sorted = new Map<string, readonly KubernetesObject[]>();
  let all: readonly KubernetesObject[] | null = null;

  function forget(namespace: string): void {
    sorted.delete(namespace);
    all = null;
  }

  function listNamespace(namespace: string): readonly KubernetesObject[] {
    const known = sorted.get(namespace);
    if (known !== undefined) return known;
    const fresh = [...(spaces.get(namespace)?.values() ?? [])].sort((a, b) => byteOrder(nameOf(a), nameOf(b)));
    if (spaces.has(namespace)) sorted.set(namespace, fresh);
    return fresh;
  }

  return {
    get: (namespace, name) => spaces.get(namespace)?.get(name),
    set(object) {
      const namespace = object.metadata?.namespace ?? '';
      const space = spaces.get(namespace) ?? new Map<string, KubernetesObject>();
      space.set(nameOf(object), object);
      spaces.set(namespace, space);
      forget(namespace);
    },
    remove(namespace, name) {
      const space = spaces.get(namespace);
      space?.delete(name);
      if (space?.size === 0) spaces.delete(namespace);
      forget(namespace);
    },
    list(namespace) {
      if (namespace !== undefined) return listNamespace(namespace);
      all ??= [...spaces.keys()].sort(byteOrder).flatMap(listNamespace);
      return all;
    },
  };
}

function nameOf(object: KubernetesObject): string {
  return object.metadata?.name ?? '';
}

/** As bytes compare, not as a language sorts. */
export function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
