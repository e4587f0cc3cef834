import type {KubernetesObject, OwnerReference} from '../../model/index.ts';
import type {Api, ApiChange} from '../api.ts';
import {type Controller, type ControllerOptions, runController} from './controller.ts';
import {isGoing} from './fields.ts';
import {ALL_RESOURCES, resourceOf} from './kinds.ts';
import {createOwnershipIndex, ownersOf, type Place} from './ownership-index.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/**
 * Deletes what has lost all its owners, and carries out foreground and orphaning deletion: the garbage collector of
 * kube-controller-manager (pkg/controller/garbagecollector). Owners are known by uid: one of the same name made again is another.
 */
export function startGarbageCollector(api: Api, options: ControllerOptions): Controller {
  const index = createOwnershipIndex();
  for (const resource of ALL_RESOURCES) for (const object of api.list(resource)) index.put(resource, object);

  function sync(key: string): undefined {
    const {resource, namespace, name} = parseKey(key);
    const object = api.get(resource, namespace, name);
    if (object === null) return;
    const finalizers = isGoing(object) ? (object.metadata?.finalizers ?? []) : [];
    if (finalizers.includes(ORPHAN)) orphan(resource, object);
    else if (finalizers.includes(FOREGROUND)) deleteInForeground(resource, object);
    else collect(resource, object);
  }

  /** Dependents lose the reference, then the owner may go. */
  function orphan(resource: string, owner: KubernetesObject): undefined {
    const uid = owner.metadata?.uid ?? '';
    for (const place of index.dependentsOf(uid)) dropOwners(place, [uid]);
    dropFinalizer(resource, owner, ORPHAN);
  }

  /** Dependents that block go first; their end brings the owner here again. */
  function deleteInForeground(resource: string, owner: KubernetesObject): undefined {
    const uid = owner.metadata?.uid ?? '';
    const dependents = index.dependentsOf(uid).flatMap((place) => {
      const object = api.get(place.resource, place.namespace, place.name);
      return object === null ? [] : [{place, object}];
    });
    const blocking = dependents.filter(({object}) => ownersOf(object).some((one) => one.uid === uid && one.blockOwnerDeletion === true));
    if (blocking.length === 0) return dropFinalizer(resource, owner, FOREGROUND);
    for (const {place, object} of dependents) if (!isGoing(object)) collect(place.resource, object);
  }

  /** Deletes an object that no live owner keeps; one that has live owners too only loses its references to the others. */
  function collect(resource: string, object: KubernetesObject): undefined {
    if (isGoing(object)) return;
    const owners = ownersOf(object);
    const lost = owners.filter((owner) => !isSolid(owner, object));
    if (lost.length === 0) return;
    const {namespace = '', name = '', uid = ''} = object.metadata ?? {};
    if (lost.length < owners.length)
      return dropOwners(
        {resource, namespace, name},
        lost.map((owner) => owner.uid),
      );
    const waited = lost.some((owner) => index.find(owner.uid) !== null) && index.dependentsOf(uid).length > 0;
    api.delete(resource, namespace, name, {propagation: waited ? 'Foreground' : 'Background', uid});
  }

  /** An owner that is there and not waiting for its dependents to go. A kind that the API does not know cannot be judged: it stays. */
  function isSolid(owner: OwnerReference, object: KubernetesObject): boolean {
    const kind = resourceOf(owner.kind, owner.apiVersion);
    if (kind === null) return true;
    const place = index.find(owner.uid);
    if (place === null || (kind.namespaced && place.namespace !== (object.metadata?.namespace ?? ''))) return false;
    const found = api.get(place.resource, place.namespace, place.name);
    return found !== null && !(isGoing(found) && (found.metadata?.finalizers ?? []).includes(FOREGROUND));
  }

  function dropOwners({resource, namespace, name}: Place, uids: readonly string[]): undefined {
    api.change(resource, namespace, name, (draft) => {
      draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter((owner: OwnerReference) => !uids.includes(owner.uid));
    });
  }

  function dropFinalizer(resource: string, object: KubernetesObject, finalizer: string): undefined {
    api.change(resource, object.metadata?.namespace ?? '', object.metadata?.name ?? '', (draft) => {
      draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one: string) => one !== finalizer);
    });
  }

  /** Which objects a change gives reason to look at. */
  function touched(change: ApiChange): readonly string[] {
    index.apply(change);
    const {resource, object, type} = change;
    const {uid = '', namespace = '', name = ''} = object.metadata ?? {};
    if (type !== 'DELETED') return needsLook(object) ? [keyOf({resource, namespace, name})] : [];
    const owners = ownersOf(object).flatMap((owner) => index.find(owner.uid) ?? []);
    return [...index.dependentsOf(uid), ...owners].map(keyOf);
  }

  function needsLook(object: KubernetesObject): boolean {
    const finalizers = isGoing(object) ? (object.metadata?.finalizers ?? []) : [];
    if (finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN)) return true;
    return ownersOf(object).some((owner) => !isSolid(owner, object));
  }

  return runController(api, options, {
    name: 'garbage-collector',
    watches: Object.fromEntries(ALL_RESOURCES.map((resource) => [resource, touched])),
    initial: () =>
      ALL_RESOURCES.flatMap((resource) =>
        api
          .list(resource)
          .filter(needsLook)
          .map(({metadata}) => keyOf({resource, namespace: metadata?.namespace ?? '', name: metadata?.name ?? ''})),
      ),
    sync,
  });
}

function keyOf({resource, namespace, name}: Place): string {
  return [resource, namespace, name].join('/');
}

/** Names have no slash, so the key comes apart again. */
function parseKey(key: string): Place {
  const [resource = '', namespace = '', name = ''] = key.split('/');
  return {resource, namespace, name};
}
