import type {KubernetesObject} from '../../../model/index.ts';
import {numberOf, recordOf, specOf, statusOf} from '../fields.ts';
import {replicasOf} from './replica-set-controller.ts';

/** How far a rolling update may go beyond the wanted number of pods, and how far below. */
export interface RolloutLimits {
  readonly maxSurge: number;
  readonly maxUnavailable: number;
}

/** Percentages of the replicas, the surge rounded up and the lack rounded down; never both zero, or nothing could move. */
export function rolloutLimits(deployment: KubernetesObject): RolloutLimits {
  const strategy = recordOf(specOf(deployment)['strategy']);
  const rolling = recordOf(strategy['rollingUpdate']);
  const replicas = replicasOf(deployment);
  if (strategy['type'] === 'Recreate') return {maxSurge: 0, maxUnavailable: replicas};
  const maxSurge = amount(rolling['maxSurge'] ?? '25%', replicas, Math.ceil);
  const maxUnavailable = amount(rolling['maxUnavailable'] ?? '25%', replicas, Math.floor);
  return {maxSurge, maxUnavailable: maxSurge === 0 && maxUnavailable === 0 ? 1 : Math.min(maxUnavailable, replicas)};
}

function amount(value: unknown, total: number, round: (value: number) => number): number {
  const percent = /^(\d+)%$/.exec(String(value));
  return percent === null ? (numberOf(value) ?? 0) : round((Number(percent[1]) * total) / 100);
}

/** How many replicas the new set may have now: all old and new ones together stay within the surge. */
export function newReplicas(deployment: KubernetesObject, current: number, all: readonly KubernetesObject[]): number {
  const wanted = replicasOf(deployment);
  if (current >= wanted || recordOf(specOf(deployment)['strategy'])['type'] === 'Recreate') return wanted;
  const total = all.reduce((sum, set) => sum + replicasOf(set), 0);
  const room = wanted + rolloutLimits(deployment).maxSurge - total;
  return current + Math.max(0, Math.min(room, wanted - current));
}

/**
 * The replicas that the old sets keep, in the order given (oldest first): first those go that are not available anyway, then as many as
 * availability allows (pkg/controller/deployment/rolling.go).
 */
export function oldReplicas(deployment: KubernetesObject, fresh: KubernetesObject, old: readonly KubernetesObject[]): readonly number[] {
  const minAvailable = replicasOf(deployment) - rolloutLimits(deployment).maxUnavailable;
  const keep = old.map(replicasOf);
  const total = keep.reduce((sum, count) => sum + count, replicasOf(fresh));
  let unhealthy = total - minAvailable - (replicasOf(fresh) - availableOf(fresh));
  if (unhealthy <= 0) return keep;
  for (const [index, set] of old.entries()) {
    const gone = Math.max(0, Math.min(unhealthy, (keep[index] ?? 0) - availableOf(set)));
    keep[index] = (keep[index] ?? 0) - gone;
    unhealthy -= gone;
  }
  // a set that was scaled down a moment ago may not have counted again: those that are about to go are spare no second time
  let spare = [fresh, ...old].reduce((sum, set) => sum + Math.min(availableOf(set), replicasOf(set)), 0) - minAvailable;
  for (const index of old.keys()) {
    const gone = Math.max(0, Math.min(spare, keep[index] ?? 0));
    keep[index] = (keep[index] ?? 0) - gone;
    spare -= gone;
  }
  return keep;
}

export function availableOf(set: KubernetesObject): number {
  return numberOf(statusOf(set)['availableReplicas']) ?? 0;
}
