import type {KubernetesObject, Pod} from '../model/index.ts';
import {cutPod, number, record} from '../view/index.ts';

/** A controller of pods with the pods that it would make. */
export interface Workload {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** null where the kind has none (DaemonSet, Job). */
  readonly replicas: number | null;
  /** A pod as the template makes it, named after the workload, without status. */
  readonly template: Pod;
  readonly object: KubernetesObject;
}

const KINDS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob']);

/** The workload that an object is, or null. A ReplicaSet or Job that something else controls counts as part of that. */
export function workloadOf(object: KubernetesObject): Workload | null {
  if (!KINDS.has(object.kind ?? '') || object.metadata?.ownerReferences?.some((owner) => owner.controller)) return null;
  const spec = record(object['spec']);
  const holder = object.kind === 'CronJob' ? record(record(spec['jobTemplate'])['spec']) : spec;
  const namespace = object.metadata?.namespace ?? 'default';
  const name = object.metadata?.name ?? '';
  const scaled = object.kind !== 'DaemonSet' && !object.kind?.endsWith('Job');
  return {
    kind: object.kind ?? '',
    namespace,
    name,
    replicas: scaled ? (number(spec['replicas']) ?? 1) : null,
    template: cutPod(podOfTemplate(record(holder['template']), namespace, `${(object.kind ?? '').toLowerCase()}/${name}`)),
    object,
  };
}

/** A pod template as a Pod, without status. */
function podOfTemplate(template: Readonly<Record<string, unknown>>, namespace: string, name: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {...record(template['metadata']), namespace, name},
    spec: template['spec'],
  };
}

/** One pod for each workload among these objects, as its template makes it, for checks before anything is applied. */
export function templatePods(objects: readonly KubernetesObject[]): readonly KubernetesObject[] {
  return objects.flatMap((object) => {
    const workload = workloadOf(object);
    return workload === null ? [] : [workload.template.object];
  });
}
