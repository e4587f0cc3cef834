import type {KubernetesObject} from '../../model/index.ts';
import type {Api} from '../api.ts';
import {quantityOr0} from '../quantity.ts';
import {type Controller, type ControllerOptions, keyOf, runController, splitKey} from './controller.ts';
import {createEventRecorder} from './event-recorder.ts';
import {isFinished, isGoing, listOf, recordOf, specOf, statusOf, textOf, textsOf} from './fields.ts';

/** The StorageClass that every sandbox has. */
export const DEFAULT_STORAGE_CLASS = 'standard';
export const PROVISIONER = 'kiada.io/sandbox-folder';
const IS_DEFAULT = 'storageclass.kubernetes.io/is-default-class';
const CLAIM_FINALIZER = 'kubernetes.io/pvc-protection';
const VOLUME_FINALIZER = 'kubernetes.io/pv-protection';

/**
 * Binds claims to volumes: to one that fits and is free, else to a new one of the claim's StorageClass, in a folder of the sandbox
 * (the persistentvolume-binder with a provisioner of its own). A volume goes with its claim if its reclaim policy says so. Claims and volumes
 * in use are protected from deletion.
 */
export function startVolumeController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'persistentvolume-controller');
  if (api.list('storageclasses').length === 0) api.create('storageclasses', standardClass());

  function sync(key: string): undefined {
    const {namespace, name} = splitKey(key);
    if (namespace === '') return syncVolume(api, name);
    const claim = api.get('persistentvolumeclaims', namespace, name);
    if (claim === null) return;
    if (isGoing(claim)) return unprotect(api, 'persistentvolumeclaims', claim, CLAIM_FINALIZER, isUsed(api, claim));
    if (statusOf(claim)['phase'] !== 'Bound') bind(claim);
  }

  function bind(given: KubernetesObject): undefined {
    const claim = withClass(api, given);
    const wanted = textOf(specOf(claim)['volumeName']) ?? '';
    const volume = wanted === '' ? fittingVolume(api, claim) : api.get('persistentvolumes', '', wanted);
    if (volume !== null) return bindTo(api, claim, volume);
    const className = textOf(specOf(claim)['storageClassName']) ?? '';
    const storageClass = wanted === '' && className !== '' ? api.get('storageclasses', '', className) : null;
    if (storageClass === null) return pending(claim, className);
    if (storageClass['provisioner'] !== PROVISIONER) {
      const provisioner = textOf(storageClass['provisioner']) ?? '';
      const waits = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator.`;
      record(
        claim,
        'Normal',
        'ExternalProvisioning',
        `${waits} If volume creation is delayed, please verify that the provisioner is running and correctly registered.`,
      );
      return setPhase(api, 'persistentvolumeclaims', claim, 'Pending');
    }
    if (storageClass['volumeBindingMode'] === 'WaitForFirstConsumer' && !isUsed(api, claim)) {
      record(claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
      return setPhase(api, 'persistentvolumeclaims', claim, 'Pending');
    }
    const made = api.create('persistentvolumes', volumeFor(claim, storageClass));
    record(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${made.metadata?.name}`);
    bindTo(api, claim, made);
  }

  function pending(claim: KubernetesObject, className: string): undefined {
    if (className !== '') record(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`);
    else record(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set');
    setPhase(api, 'persistentvolumeclaims', claim, 'Pending');
  }

  const claimsOf = (pod: KubernetesObject) => claimKeys(pod);
  return runController(api, options, {
    name: 'persistentvolume-binder',
    watches: {
      persistentvolumeclaims: ({object}) => [keyOf(object), ...volumeOf(object)],
      persistentvolumes: ({object}) => [keyOf(object), ...unbound(api)],
      storageclasses: () => unbound(api),
      pods: ({type, object, previous}) => (previous === null || type === 'DELETED' || isFinished(object) ? claimsOf(object) : []),
    },
    initial: () => [...api.list('persistentvolumeclaims').map(keyOf), ...api.list('persistentvolumes').map(keyOf)],
    sync,
  });
}

function standardClass(): KubernetesObject {
  return {
    metadata: {name: DEFAULT_STORAGE_CLASS, annotations: {[IS_DEFAULT]: 'true'}},
    provisioner: PROVISIONER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  };
}

/** A claim that names no class gets the default one, also when that comes later (KEP-3333). */
function withClass(api: Api, claim: KubernetesObject): KubernetesObject {
  if (specOf(claim)['storageClassName'] !== undefined || textOf(specOf(claim)['volumeName'])) return claim;
  const fallback = api.list('storageclasses').find((one) => one.metadata?.annotations?.[IS_DEFAULT] === 'true');
  if (fallback === undefined) return claim;
  const {namespace = '', name = ''} = claim.metadata ?? {};
  const changed = api.change('persistentvolumeclaims', namespace, name, (draft) => {
    draft.spec.storageClassName = fallback.metadata?.name;
  });
  return changed ?? claim;
}

/** The smallest free volume that fits: class, access modes, mode, size and the claim's selector being that it has none. */
function fittingVolume(api: Api, claim: KubernetesObject): KubernetesObject | null {
  const {storageClassName = '', volumeMode = 'Filesystem'} = specOf(claim);
  const modes = textsOf(specOf(claim)['accessModes']);
  const size = (volume: KubernetesObject) => quantityOr0(recordOf(specOf(volume)['capacity'])['storage']);
  const asked = quantityOr0(recordOf(recordOf(specOf(claim)['resources'])['requests'])['storage']);
  const fitting = api.list('persistentvolumes').filter((volume) => {
    const spec = specOf(volume);
    const sameKind = (spec['storageClassName'] ?? '') === storageClassName && (spec['volumeMode'] ?? 'Filesystem') === volumeMode;
    const able = modes.every((mode) => textsOf(spec['accessModes']).includes(mode)) && size(volume) >= asked;
    return sameKind && able && !isGoing(volume) && isFreeFor(volume, claim);
  });
  return fitting.sort((a, b) => Number(isReserved(b)) - Number(isReserved(a)) || size(a) - size(b))[0] ?? null;
}

function isReserved(volume: KubernetesObject): boolean {
  return specOf(volume)['claimRef'] !== undefined;
}

/** Reserved for this claim by name and, if it says so, by uid; or for nobody. */
function isFreeFor(volume: KubernetesObject, claim: KubernetesObject): boolean {
  const reference = specOf(volume)['claimRef'];
  if (reference === undefined || reference === null) return true;
  const {namespace, name, uid} = recordOf(reference);
  return namespace === claim.metadata?.namespace && name === claim.metadata?.name && (!uid || uid === claim.metadata?.uid);
}

function volumeFor(claim: KubernetesObject, storageClass: KubernetesObject): KubernetesObject {
  const spec = specOf(claim);
  const name = `pvc-${claim.metadata?.uid ?? ''}`;
  return {
    metadata: {name, annotations: {'pv.kubernetes.io/provisioned-by': PROVISIONER}, finalizers: [VOLUME_FINALIZER]},
    spec: {
      accessModes: spec['accessModes'],
      capacity: {storage: recordOf(recordOf(spec['resources'])['requests'])['storage']},
      claimRef: claimReference(claim),
      hostPath: {
        path: `/var/local-path-provisioner/${name}_${claim.metadata?.namespace}_${claim.metadata?.name}`,
        type: 'DirectoryOrCreate',
      },
      persistentVolumeReclaimPolicy: storageClass['reclaimPolicy'] ?? 'Delete',
      storageClassName: storageClass.metadata?.name,
      volumeMode: spec['volumeMode'] ?? 'Filesystem',
    },
  };
}

function claimReference(claim: KubernetesObject) {
  const {namespace, name, uid, resourceVersion} = claim.metadata ?? {};
  return {apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion};
}

function bindTo(api: Api, claim: KubernetesObject, volume: KubernetesObject): undefined {
  if (!isFreeFor(volume, claim)) return;
  const {namespace = '', name = ''} = claim.metadata ?? {};
  const volumeName = volume.metadata?.name ?? '';
  api.change('persistentvolumes', '', volumeName, (draft) => {
    draft.spec.claimRef = claimReference(claim);
  });
  setPhase(api, 'persistentvolumes', volume, 'Bound');
  api.change('persistentvolumeclaims', namespace, name, (draft) => {
    draft.spec.volumeName = volumeName;
    const bound = {'pv.kubernetes.io/bind-completed': 'yes', 'pv.kubernetes.io/bound-by-controller': 'yes'};
    draft.metadata.annotations = {...draft.metadata.annotations, ...bound};
    draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), CLAIM_FINALIZER])];
  });
  const {accessModes, capacity} = specOf(volume);
  setPhase(api, 'persistentvolumeclaims', claim, 'Bound', {accessModes, capacity});
}

/** A volume without its claim is released: deleted if its policy says so. One that nobody ever claimed is available. */
function syncVolume(api: Api, name: string): undefined {
  const volume = api.get('persistentvolumes', '', name);
  if (volume === null) return;
  const reference = recordOf(specOf(volume)['claimRef']);
  const claim =
    reference['name'] === undefined
      ? null
      : api.get('persistentvolumeclaims', String(reference['namespace'] ?? ''), String(reference['name']));
  const alive = claim !== null && (!reference['uid'] || claim.metadata?.uid === reference['uid']);
  if (isGoing(volume)) return unprotect(api, 'persistentvolumes', volume, VOLUME_FINALIZER, alive);
  if (reference['name'] === undefined || !reference['uid']) return setPhase(api, 'persistentvolumes', volume, 'Available');
  if (alive) return;
  setPhase(api, 'persistentvolumes', volume, 'Released');
  if (specOf(volume)['persistentVolumeReclaimPolicy'] === 'Delete') api.delete('persistentvolumes', '', name);
}

function unprotect(api: Api, resource: string, object: KubernetesObject, finalizer: string, used: boolean): undefined {
  if (used || !(object.metadata?.finalizers ?? []).includes(finalizer)) return;
  api.change(resource, object.metadata?.namespace ?? '', object.metadata?.name ?? '', (draft) => {
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((one: string) => one !== finalizer);
  });
}

function isUsed(api: Api, claim: KubernetesObject): boolean {
  const key = keyOf(claim);
  return api.list('pods', claim.metadata?.namespace ?? '').some((pod) => !isFinished(pod) && claimKeys(pod).includes(key));
}

function claimKeys(pod: KubernetesObject): readonly string[] {
  const names = listOf(specOf(pod)['volumes']).flatMap((volume) => textOf(recordOf(volume['persistentVolumeClaim'])['claimName']) ?? []);
  return names.map((name) => `${pod.metadata?.namespace ?? ''}/${name}`);
}

function volumeOf(claim: KubernetesObject): readonly string[] {
  const name = textOf(specOf(claim)['volumeName']);
  return name ? [name] : [];
}

function unbound(api: Api): readonly string[] {
  return api
    .list('persistentvolumeclaims')
    .filter((claim) => statusOf(claim)['phase'] !== 'Bound')
    .map(keyOf);
}

function setPhase(api: Api, resource: string, object: KubernetesObject, phase: string, more: object = {}): undefined {
  const edit = (draft: {status?: object}): undefined => {
    draft.status = {...draft.status, phase, ...more};
  };
  api.change(resource, object.metadata?.namespace ?? '', object.metadata?.name ?? '', edit, {subresource: 'status'});
}
