import type {KubernetesObject} from '../../../model/index.ts';
import {apiTime, conditionOf, type Json, listOf, numberOf, specOf, statusOf, textOf} from '../fields.ts';
import {replicasOf} from './replica-set-controller.ts';
import {rolloutLimits} from './rollout-numbers.ts';

interface Counts {
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly unavailableReplicas: number;
  readonly terminatingReplicas: number;
}

/** A deployment's status from its replica sets (pkg/controller/deployment/sync.go, progress.go). */
export function deploymentStatus(
  deployment: KubernetesObject,
  sets: readonly KubernetesObject[],
  fresh: KubernetesObject | null,
  nowMs: number,
): object {
  const counts = countsOf(sets, fresh);
  const conditions = [available(deployment, counts, nowMs), progressing(deployment, counts, fresh, nowMs), failure(sets)];
  const known = new Set(['Available', 'Progressing', 'ReplicaFailure']);
  const others = listOf(statusOf(deployment)['conditions']).filter((condition) => !known.has(textOf(condition['type']) ?? ''));
  const collisionCount = statusOf(deployment)['collisionCount'];
  const told = Object.entries(counts).filter(([name, count]) => count > 0 || name === 'terminatingReplicas');
  return {
    observedGeneration: deployment.metadata?.generation,
    ...Object.fromEntries(told),
    ...(collisionCount === undefined ? {} : {collisionCount}),
    conditions: [...others, ...conditions.filter((condition) => condition !== null)],
  };
}

function countsOf(sets: readonly KubernetesObject[], fresh: KubernetesObject | null): Counts {
  const sum = (field: string) => sets.reduce((total, set) => total + (numberOf(statusOf(set)[field]) ?? 0), 0);
  const wanted = sets.reduce((total, set) => total + replicasOf(set), 0);
  const availableReplicas = sum('availableReplicas');
  return {
    replicas: sum('replicas'),
    updatedReplicas: fresh === null ? 0 : (numberOf(statusOf(fresh)['replicas']) ?? 0),
    readyReplicas: sum('readyReplicas'),
    availableReplicas,
    unavailableReplicas: Math.max(0, wanted - availableReplicas),
    terminatingReplicas: sum('terminatingReplicas'),
  };
}

function condition(deployment: KubernetesObject, type: string, status: string, reason: string, message: string, nowMs: number): Json {
  const before = conditionOf(deployment, type);
  const now = apiTime(nowMs);
  if (before?.['status'] === status && before['reason'] === reason) return before;
  return {
    type,
    status,
    reason,
    message,
    lastUpdateTime: now,
    lastTransitionTime: before?.['status'] === status ? before['lastTransitionTime'] : now,
  };
}

function available(deployment: KubernetesObject, counts: Counts, nowMs: number): Json {
  const enough = counts.availableReplicas >= replicasOf(deployment) - rolloutLimits(deployment).maxUnavailable;
  if (enough) return condition(deployment, 'Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs);
  return condition(deployment, 'Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', nowMs);
}

function progressing(deployment: KubernetesObject, counts: Counts, fresh: KubernetesObject | null, nowMs: number): Json | null {
  const before = conditionOf(deployment, 'Progressing') ?? null;
  const make = (status: string, reason: string, message: string) => condition(deployment, 'Progressing', status, reason, message, nowMs);
  const subject = fresh === null ? `Deployment "${deployment.metadata?.name}"` : `ReplicaSet "${fresh.metadata?.name}"`;
  if (specOf(deployment)['paused'] === true) return make('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (before?.['reason'] === 'DeploymentPaused') return make('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  if (before === null)
    return fresh === null ? null : make('True', 'NewReplicaSetCreated', `Created new replica set "${fresh.metadata?.name}"`);
  if (isComplete(deployment, counts)) return make('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`);
  if (hasProgressed(deployment, counts)) {
    const now = apiTime(nowMs);
    const since = before['status'] === 'True' ? before['lastTransitionTime'] : now;
    const message = `${subject} is progressing.`;
    return {type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', message, lastUpdateTime: now, lastTransitionTime: since};
  }
  const overdue = (untilDeadline(deployment, nowMs) ?? 1) <= 0;
  return overdue ? make('False', 'ProgressDeadlineExceeded', `${subject} has timed out progressing.`) : before;
}

function isComplete(deployment: KubernetesObject, counts: Counts): boolean {
  const wanted = replicasOf(deployment);
  return counts.updatedReplicas === wanted && counts.replicas === wanted && counts.availableReplicas === wanted;
}

/** More new pods, fewer old ones, more ready or available than when last looked at. */
function hasProgressed(deployment: KubernetesObject, counts: Counts): boolean {
  const status = statusOf(deployment);
  const before = (field: keyof Counts) => numberOf(status[field]) ?? 0;
  return (
    counts.updatedReplicas > before('updatedReplicas') ||
    counts.replicas - counts.updatedReplicas < before('replicas') - before('updatedReplicas') ||
    counts.readyReplicas > before('readyReplicas') ||
    counts.availableReplicas > before('availableReplicas')
  );
}

/** What the replica sets could not do. */
function failure(sets: readonly KubernetesObject[]): Json | null {
  const found = sets.map((set) => conditionOf(set, 'ReplicaFailure')).find((one) => one !== undefined);
  return found === undefined ? null : {...found, lastUpdateTime: found['lastTransitionTime']};
}

/** Milliseconds until a rollout that is under way counts as stuck; undefined where nothing is awaited. */
export function untilDeadline(deployment: KubernetesObject, nowMs: number): number | undefined {
  const before = conditionOf(deployment, 'Progressing');
  const reasons = ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded', 'DeploymentPaused'];
  if (before === undefined || reasons.includes(textOf(before['reason']) ?? '')) return undefined;
  const seconds = numberOf(specOf(deployment)['progressDeadlineSeconds']) ?? 600;
  const since = Date.parse(textOf(before['lastUpdateTime']) ?? '');
  return Number.isNaN(since) ? undefined : Math.max(0, since + seconds * 1000 - nowMs);
}
