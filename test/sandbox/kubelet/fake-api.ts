import {randomUUID} from 'node:crypto';
import {isDeepStrictEqual} from 'node:util';
import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Api, ApiChange} from '../../../src/sandbox/api.ts';

/** The contract of `Api` over maps: enough of deletion for a kubelet to be tested alone. */
export function fakeApi(): Api {
  const objects = new Map<string, KubernetesObject>();
  const listeners = new Set<(change: ApiChange) => void>();
  let version = 0;
  const key = (resource: string, namespace: string, name: string) => `${resource}/${namespace}/${name}`;
  const keyOf = (resource: string, object: KubernetesObject) =>
    key(resource, object.metadata?.namespace ?? '', object.metadata?.name ?? '');
  const tell = (type: ApiChange['type'], resource: string, object: KubernetesObject, previous: KubernetesObject | null) => {
    for (const listener of listeners) listener({type, resource, object, previous});
  };
  const store = (resource: string, object: KubernetesObject) => {
    version += 1;
    const previous = objects.get(keyOf(resource, object)) ?? null;
    const stored = {...object, metadata: {...object.metadata, resourceVersion: String(version)}};
    objects.set(keyOf(resource, object), stored);
    tell(previous ? 'MODIFIED' : 'ADDED', resource, stored, previous);
    return stored;
  };
  const api: Api = {
    list: (resource, namespace) =>
      [...objects]
        .filter(([at, object]) => at.startsWith(`${resource}/`) && (namespace === undefined || object.metadata?.namespace === namespace))
        .map(([, object]) => object),
    get: (resource, namespace, name) => objects.get(key(resource, namespace, name)) ?? null,
    create: (resource, object) => store(resource, {...object, metadata: {uid: randomUUID(), ...object.metadata}}),
    update: store,
    change(resource, namespace, name, edit) {
      const before = api.get(resource, namespace, name);
      if (!before) return null;
      const draft = structuredClone(before);
      if (edit(draft) === false || isDeepStrictEqual(draft, before)) return before;
      return store(resource, draft);
    },
    delete(resource, namespace, name, options = {}) {
      const object = api.get(resource, namespace, name);
      if (!object) return false;
      const bound = resource === 'pods' && (object['spec'] as {nodeName?: string}).nodeName !== undefined;
      const grace =
        options.graceSeconds ??
        (object['spec'] as {terminationGracePeriodSeconds?: number} | undefined)?.terminationGracePeriodSeconds ??
        30;
      if (bound && grace > 0) {
        const deletionTimestamp = new Date(Date.now() + grace * 1000).toISOString();
        store(resource, {...object, metadata: {...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace}});
        return true;
      }
      objects.delete(key(resource, namespace, name));
      tell('DELETED', resource, object, object);
      return true;
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return api;
}
