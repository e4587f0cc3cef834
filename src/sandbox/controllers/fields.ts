import type {KubernetesObject} from '../../model/index.ts';
import {type Json, list, record, text, textMap} from '../../view/index.ts';

// Reading fields of API objects whose shape admission has checked.

export {
  type Json,
  list as listOf,
  number as numberOf,
  record as recordOf,
  text as textOf,
  textMap as textMapOf,
  texts as textsOf,
} from '../../view/index.ts';

export function specOf(object: KubernetesObject): Json {
  return record(object['spec']);
}

export function statusOf(object: KubernetesObject): Json {
  return record(object['status']);
}

export function labelsOf(object: KubernetesObject): Readonly<Record<string, string>> {
  return object.metadata?.labels ?? {};
}

export function selectorOf(service: KubernetesObject): Readonly<Record<string, string>> {
  return textMap(specOf(service)['selector']);
}

/** The condition of that type in an object's status. */
export function conditionOf(object: KubernetesObject, type: string): Json | undefined {
  return list(statusOf(object)['conditions']).find((condition) => condition['type'] === type);
}

export function hasCondition(object: KubernetesObject, type: string, status = 'True'): boolean {
  return conditionOf(object, type)?.['status'] === status;
}

/** The owner that manages an object, of that kind where one is named; null for an object of its own. */
export function controllerOf(object: KubernetesObject, kind?: string) {
  return (
    (object.metadata?.ownerReferences ?? []).find((owner) => owner.controller === true && (kind === undefined || owner.kind === kind)) ??
    null
  );
}

/** Marked for deletion. */
export function isGoing(object: KubernetesObject): boolean {
  return object.metadata?.deletionTimestamp != null;
}

/** At its end: phase Succeeded or Failed. */
export function isFinished(pod: KubernetesObject): boolean {
  const phase = text(statusOf(pod)['phase']);
  return phase === 'Succeeded' || phase === 'Failed';
}

/** A time as the API has it, in seconds. */
export function apiTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
