import type {KubernetesObject} from '../../../model/index.ts';

/** The objects of one resource, sorted by namespace and name as etcd's keys sort. */
export interface Collection {
  get(namespace: string, name: string): KubernetesObject | undefined;
  set(object: KubernetesObject): void;
  remove(namespace: string, name: string): void;
  /** All of them, or those of one namespace. The array is a snapshot: later writes do not show in it. */
  list(namespace?: string): readonly KubernetesObject[];
}

/** So many writes are worked into a list; after more it is sorted anew. */
const FEW = 32;

export function createCollection(): Collection {
  const spaces = new Map<string, Map<string, KubernetesObject>>();
  const sorted = new Map<string, readonly KubernetesObject[]>();
  /** Names in a namespace that were written after its list was made. */
  const stale = new Map<string, Set<string>>();
  let all: readonly KubernetesObject[] | null = null;

  function forget(namespace: string, name: string): void {
    all = null;
    if (!sorted.has(namespace)) return;
    const names = stale.get(namespace) ?? new Set<string>();
    names.add(name);
    stale.set(namespace, names);
    if (names.size <= FEW) return;
    sorted.delete(namespace);
    stale.delete(namespace);
  }

  function listNamespace(namespace: string): readonly KubernetesObject[] {
    const known = sorted.get(namespace);
    const names = stale.get(namespace);
    if (known !== undefined && names === undefined) return known;
    const space = spaces.get(namespace) ?? new Map<string, KubernetesObject>();
    const fresh =
      known === undefined || names === undefined
        ? [...space.values()].sort((a, b) => byteOrder(nameOf(a), nameOf(b)))
        : mended(known, names, space);
    stale.delete(namespace);
    if (space.size > 0) sorted.set(namespace, fresh);
    else sorted.delete(namespace);
    return fresh;
  }

  return {
    get: (namespace, name) => spaces.get(namespace)?.get(name),
    set(object) {
      const namespace = object.metadata?.namespace ?? '';
      const space = spaces.get(namespace) ?? new Map<string, KubernetesObject>();
      space.set(nameOf(object), object);
      spaces.set(namespace, space);
      forget(namespace, nameOf(object));
    },
    remove(namespace, name) {
      const space = spaces.get(namespace);
      space?.delete(name);
      if (space?.size === 0) spaces.delete(namespace);
      forget(namespace, name);
    },
    list(namespace) {
      if (namespace !== undefined) return listNamespace(namespace);
      all ??= [...spaces.keys()].sort(byteOrder).flatMap(listNamespace);
      return all;
    },
  };
}

/** A copy of the sorted list with those names as they are now. */
function mended(
  list: readonly KubernetesObject[],
  names: ReadonlySet<string>,
  space: ReadonlyMap<string, KubernetesObject>,
): readonly KubernetesObject[] {
  const copy = [...list];
  for (const name of names) {
    const object = space.get(name);
    const at = placeOf(copy, name);
    const isThere = at < copy.length && nameOf(copy[at] as KubernetesObject) === name;
    copy.splice(at, isThere ? 1 : 0, ...(object === undefined ? [] : [object]));
  }
  return copy;
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
