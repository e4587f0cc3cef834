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

  /** At once, and in a copy: a list that was given stays as it was, and what is gone is held by none that is kept here. */
  function wrote(namespace: string, name: string, object: KubernetesObject | null): void {
    all = null;
    const list = sorted.get(namespace);
    if (list === undefined) return;
    if (spaces.has(namespace)) sorted.set(namespace, mended(list, name, object));
    else sorted.delete(namespace);
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
      wrote(namespace, nameOf(object), object);
    },
    remove(namespace, name) {
      const space = spaces.get(namespace);
      space?.delete(name);
      if (space?.size === 0) spaces.delete(namespace);
      wrote(namespace, name, null);
    },
    list(namespace) {
      if (namespace !== undefined) return listNamespace(namespace);
      all ??= [...spaces.keys()].sort(byteOrder).flatMap(listNamespace);
      return all;
    },
  };
}

/** A copy of the sorted list with the object of that name as it is now. */
function mended(list: readonly KubernetesObject[], name: string, object: KubernetesObject | null): readonly KubernetesObject[] {
  const at = placeOf(list, name);
  const isThere = at < list.length && nameOf(list[at] as KubernetesObject) === name;
  return list.toSpliced(at, isThere ? 1 : 0, ...(object === null ? [] : [object]));
}

/** The first place whose name does not come before. */
function placeOf(list: readonly KubernetesObject[], name: string): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (byteOrder(nameOf(list[middle] as KubernetesObject), name) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

function nameOf(object: KubernetesObject): string {
  return object.metadata?.name ?? '';
}

/** As bytes compare, not as a language sorts. */
export function byteOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
