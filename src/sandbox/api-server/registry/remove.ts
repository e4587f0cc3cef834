import type {KubernetesObject, ObjectMeta} from '../../../model/index.ts';
import {forbidden, preconditionFailed} from '../errors.ts';
import type {ResourceInfo} from '../schema/index.ts';
import type {RemoveOptions} from './types.ts';

/** What a deletion makes of an object: gone, marked for deletion, or (already marked) as it is. */
export type Removal =
  | {readonly kind: 'remove'; readonly last: KubernetesObject}
  | {readonly kind: 'mark'; readonly object: KubernetesObject}
  | {readonly kind: 'keep'};

/** Namespaces that every cluster needs. */
const UNDELETABLE = new Set(['default', 'kube-system', 'kube-public']);

/**
 * Decides as the API server's registry does: preconditions, grace (pods alone have any), finalizers, propagation.
 * Throws ApiError Conflict for a precondition that fails.
 */
export function judgeRemoval(resource: ResourceInfo, old: KubernetesObject, options: RemoveOptions, nowMs: number): Removal {
  checkPreconditions(resource, old, options);
  if (resource.plural === 'namespaces') return judgeNamespace(resource, old, nowMs);
  const finalizers = finalizersAfter(old.metadata ?? {}, options.propagation);
  const grace = graceOf(resource, old, options.graceSeconds);
  const held = finalizers.length > 0 || grace > 0;
  const marked = mark(old, {finalizers, grace, nowMs});
  if (!held) return {kind: 'remove', last: marked};
  return isUnchanged(old, finalizers, grace) ? {kind: 'keep'} : {kind: 'mark', object: marked};
}

function checkPreconditions(resource: ResourceInfo, {metadata = {}}: KubernetesObject, {uid, resourceVersion}: RemoveOptions): void {
  const name = metadata.name ?? '';
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid})`;
    throw preconditionFailed(resource, name, `${why}. The object might have been deleted and then recreated`);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const record = `the ResourceVersion in record (${metadata.resourceVersion})`;
    const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match ${record}`;
    throw preconditionFailed(resource, name, `${why}. The object might have been modified`);
  }
}

/** A namespace goes when its content is gone: whoever empties it takes the finalizer `kubernetes` out of its spec. */
function judgeNamespace(resource: ResourceInfo, old: KubernetesObject, nowMs: number): Removal {
  const name = old.metadata?.name ?? '';
  if (UNDELETABLE.has(name)) throw forbidden(resource, name, 'this namespace may not be deleted');
  const spec = old['spec'] as {finalizers?: readonly string[]} | undefined;
  const held = (spec?.finalizers ?? []).length > 0 || (old.metadata?.finalizers ?? []).length > 0;
  if (!held) return {kind: 'remove', last: old};
  if (old.metadata?.deletionTimestamp !== undefined) return {kind: 'keep'};
  const status = {...(old['status'] as object | undefined), phase: 'Terminating'};
  return {kind: 'mark', object: {...old, metadata: {...old.metadata, deletionTimestamp: timeOf(nowMs)}, status}};
}

function finalizersAfter({finalizers = []}: ObjectMeta, propagation: RemoveOptions['propagation']): readonly string[] {
  if (propagation === undefined) return finalizers;
  const others = finalizers.filter((finalizer) => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion');
  if (propagation === 'Background') return others;
  return [...others, propagation === 'Orphan' ? 'orphan' : 'foregroundDeletion'];
}

/** Seconds. Nothing but a pod that runs on a node has any; a repeated deletion may only shorten it. */
function graceOf({plural}: ResourceInfo, old: KubernetesObject, asked: number | undefined): number {
  if (plural !== 'pods') return 0;
  const spec = (old['spec'] ?? {}) as {nodeName?: string; terminationGracePeriodSeconds?: number};
  const {phase} = (old['status'] ?? {}) as {phase?: string};
  if ((spec.nodeName ?? '') === '' || phase === 'Succeeded' || phase === 'Failed') return 0;
  // a negative period is taken for one second, as in the API
  const wanted = Math.max(asked ?? spec.terminationGracePeriodSeconds ?? 30, -1);
  const seconds = wanted < 0 ? 1 : wanted;
  const running = old.metadata?.deletionTimestamp === undefined ? undefined : old.metadata.deletionGracePeriodSeconds;
  return running === undefined ? seconds : Math.min(seconds, running);
}

function isUnchanged({metadata = {}}: KubernetesObject, finalizers: readonly string[], grace: number): boolean {
  const same = finalizers.length === (metadata.finalizers ?? []).length && finalizers.every((each, i) => each === metadata.finalizers?.[i]);
  return same && metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === grace;
}

function mark(old: KubernetesObject, how: {finalizers: readonly string[]; grace: number; nowMs: number}): KubernetesObject {
  const {finalizers: _, ...meta} = old.metadata ?? {};
  const started =
    meta.deletionTimestamp === undefined ? how.nowMs : Date.parse(meta.deletionTimestamp) - (meta.deletionGracePeriodSeconds ?? 0) * 1000;
  const first = meta.deletionTimestamp === undefined;
  return {
    ...old,
    metadata: {
      ...meta,
      ...(meta.generation === undefined || !first ? {} : {generation: meta.generation + 1}),
      deletionTimestamp: timeOf(started + how.grace * 1000),
      deletionGracePeriodSeconds: how.grace,
      ...(how.finalizers.length === 0 ? {} : {finalizers: how.finalizers}),
    },
  };
}

function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
