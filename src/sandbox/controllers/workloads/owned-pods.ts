import {matchesLabelSelector, podIsReady} from '../../../endpoints/index.ts';
import type {KubernetesObject, ObjectMeta, OwnerReference} from '../../../model/index.ts';
import {type Api, type ApiChange, ApiError} from '../../api.ts';
import type {RecordEvent} from '../event-recorder.ts';
import {conditionOf, controllerOf, isFinished, isGoing, labelsOf, recordOf, specOf, textOf} from '../fields.ts';

/** The reference that makes an object another's. */
export function ownerReference(owner: KubernetesObject): OwnerReference {
  const {name = '', uid = ''} = owner.metadata ?? {};
  return {apiVersion: owner.apiVersion ?? '', kind: owner.kind ?? '', name, uid, controller: true, blockOwnerDeletion: true};
}

/**
 * The objects of a kind that a workload owns. Those that its selector matches and nobody owns are adopted; those of its own that it no longer
 * matches are let go, as the controllers of workloads do.
 */
export function claimOwned(api: Api, resource: string, owner: KubernetesObject): readonly KubernetesObject[] {
  const {namespace = '', uid} = owner.metadata ?? {};
  const selector = specOf(owner)['selector'];
  return api.list(resource, namespace).filter((object) => {
    const owned = controllerOf(object);
    const matched = matchesLabelSelector(selector, labelsOf(object));
    if (owned !== null && owned.uid !== uid) return false;
    if (owned !== null && (matched || isGoing(object))) return true;
    if (owned !== null) release(api, resource, object, uid ?? '');
    else if (matched && !isGoing(object) && !isGoing(owner) && !isFinished(object)) return adopt(api, resource, object, owner);
    return false;
  });
}

function adopt(api: Api, resource: string, object: KubernetesObject, owner: KubernetesObject): boolean {
  api.change(resource, object.metadata?.namespace ?? '', object.metadata?.name ?? '', (draft) => {
    draft.metadata.ownerReferences = [...(draft.metadata.ownerReferences ?? []), ownerReference(owner)];
  });
  return true;
}

function release(api: Api, resource: string, object: KubernetesObject, uid: string): void {
  api.change(resource, object.metadata?.namespace ?? '', object.metadata?.name ?? '', (draft) => {
    draft.metadata.ownerReferences = (draft.metadata.ownerReferences ?? []).filter((owner: OwnerReference) => owner.uid !== uid);
  });
}

/** The workloads of a kind that a change to a pod (or replica set) touches: its owner, or those that might adopt it. */
export function workloadsOf(api: Api, resource: string, kind: string, change: ApiChange): readonly string[] {
  const {namespace = ''} = change.object.metadata ?? {};
  const states = change.previous === null ? [change.object] : [change.object, change.previous];
  const owners = states.flatMap((object) => controllerOf(object) ?? []);
  const named = owners.filter((owner) => owner.kind === kind).map((owner) => `${namespace}/${owner.name}`);
  if (owners.length > 0) return [...new Set(named)];
  const candidates = api.list(resource, namespace).filter((one) => matchesLabelSelector(specOf(one)['selector'], labelsOf(change.object)));
  return candidates.map((one) => `${namespace}/${one.metadata?.name ?? ''}`);
}

/** Makes a pod from a workload's template and tells of it; a refusal is told of and thrown on. */
export function createPod(
  api: Api,
  record: RecordEvent,
  owner: KubernetesObject,
  more: {readonly metadata?: object; readonly spec?: object} = {},
): KubernetesObject {
  const template = recordOf(specOf(owner)['template']);
  const {labels, annotations, finalizers} = recordOf(template['metadata']);
  const {namespace = '', name = ''} = owner.metadata ?? {};
  const metadata: object = {
    ...(labels === undefined ? {} : {labels}),
    ...(annotations === undefined ? {} : {annotations}),
    ...(finalizers === undefined ? {} : {finalizers}),
    generateName: `${name}-`,
    namespace,
    ownerReferences: [ownerReference(owner)],
    ...more.metadata,
  };
  try {
    const pod = api.create('pods', {metadata: metadata as ObjectMeta, spec: {...recordOf(template['spec']), ...more.spec}});
    record(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata?.name}`);
    return pod;
  } catch (error) {
    if (error instanceof ApiError) record(owner, 'Warning', 'FailedCreate', `Error creating: ${error.message}`);
    throw error;
  }
}

/** Deletes a pod of a workload and tells of it. */
export function deletePod(api: Api, record: RecordEvent, owner: KubernetesObject, pod: KubernetesObject): void {
  const {namespace = '', name = ''} = pod.metadata ?? {};
  if (api.delete('pods', namespace, name)) record(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`);
}

/** Counts as one of the replicas: neither finished nor on its way out. */
export function isActive(pod: KubernetesObject): boolean {
  return !isFinished(pod) && !isGoing(pod);
}

/** How many milliseconds until a ready pod counts as available; 0 for one that does, null for one that isn't ready. */
export function untilAvailable(pod: KubernetesObject, minReadySeconds: number, nowMs: number): number | null {
  if (!podIsReady(pod)) return null;
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(textOf(conditionOf(pod, 'Ready')?.['lastTransitionTime']) ?? '');
  return Number.isNaN(since) ? null : Math.max(0, since + minReadySeconds * 1000 - nowMs);
}

/** The soonest moment, in milliseconds from now, at which a pod that is ready becomes available; undefined where none waits. */
export function nextAvailable(pods: readonly KubernetesObject[], minReadySeconds: number, nowMs: number): number | undefined {
  const waits = pods.map((pod) => untilAvailable(pod, minReadySeconds, nowMs)).filter((wait) => wait !== null && wait > 0);
  return waits.length === 0 ? undefined : Math.min(...(waits as number[]));
}
