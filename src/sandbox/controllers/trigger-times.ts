import type {KubernetesObject} from '../../model/index.ts';
import {listOf, recordOf} from './fields.ts';

/**
 * When what a Service's endpoints now report came about, for the annotation `endpoints.kubernetes.io/last-change-trigger-time`
 * (endpointslice/util/trigger_time_tracker.go): the earliest of the readiness changes since the last look; for a Service not seen before,
 * its creation. null where nothing changed.
 */
export interface TriggerTimes {
  next(key: string, service: KubernetesObject, pods: readonly KubernetesObject[]): string | null;
  forget(key: string): void;
}

export function createTriggerTimes(): TriggerTimes {
  const states = new Map<string, {readonly service: string; readonly pods: ReadonlyMap<string, string>}>();
  return {
    next: (key, service, pods) => {
      const before = states.get(key);
      const created = service.metadata?.creationTimestamp ?? '';
      const times = new Map(pods.flatMap((pod) => readyTime(pod)));
      states.set(key, {service: created, pods: times});
      if (before === undefined) return created || null;
      const changed = [...times].filter(([name, time]) => time > (before.pods.get(name) ?? '')).map(([, time]) => time);
      if (created > before.service) changed.push(created);
      return changed.sort()[0] ?? null;
    },
    forget: (key) => states.delete(key),
  };
}

function readyTime(pod: KubernetesObject): readonly (readonly [string, string])[] {
  const ready = listOf(recordOf(pod['status'])['conditions']).find((condition) => condition['type'] === 'Ready');
  const time = ready?.['lastTransitionTime'];
  return typeof time === 'string' ? [[pod.metadata?.name ?? '', time]] : [];
}
