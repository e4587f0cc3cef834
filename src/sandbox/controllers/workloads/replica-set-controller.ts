import {matchesSelector, podIsReady} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import {type Api, ApiError} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {apiTime, conditionOf, isGoing, labelsOf, listOf, numberOf, recordOf, specOf, textMapOf} from '../fields.ts';
import {deletionOrder} from './deletion-order.ts';
import {claimOwned, createPod, deletePod, isActive, nextAvailable, untilAvailable, workloadsOf} from './owned-pods.ts';

/** Keeps the number of pods of each ReplicaSet: the replicaset-controller of kube-controller-manager. */
export function startReplicaSetController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'replicaset-controller');

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const set = api.get('replicasets', namespace, name);
    if (set === null) return undefined;
    const failure = isGoing(set) ? null : manage(set);
    const pods = claimOwned(api, 'pods', set);
    writeStatus(set, pods, failure);
    if (failure !== null) throw failure;
    return nextAvailable(pods.filter(isActive), minReadySeconds(set), options.clock.now());
  }

  /** Makes or deletes pods until the count is right. Returns what the API refused. */
  function manage(set: KubernetesObject): ApiError | null {
    const pods = claimOwned(api, 'pods', set).filter(isActive);
    const missing = replicasOf(set) - pods.length;
    try {
      for (let made = 0; made < missing; made++) createPod(api, record, set);
      for (const pod of deletionOrder(pods).slice(0, Math.max(0, -missing))) deletePod(api, record, set, pod);
      return null;
    } catch (error) {
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  function writeStatus(set: KubernetesObject, pods: readonly KubernetesObject[], failure: ApiError | null): void {
    const active = pods.filter(isActive);
    const template = textMapOf(recordOf(recordOf(specOf(set)['template'])['metadata'])['labels']);
    const now = options.clock.now();
    const counts = {
      replicas: active.length,
      fullyLabeledReplicas: active.filter((pod) => matchesSelector(template, labelsOf(pod))).length,
      readyReplicas: active.filter(podIsReady).length,
      availableReplicas: active.filter((pod) => untilAvailable(pod, minReadySeconds(set), now) === 0).length,
      terminatingReplicas: pods.filter(isGoing).length,
      observedGeneration: set.metadata?.generation,
    };
    const conditions = conditionsOf(set, active.length, failure, apiTime(now));
    const edit = (draft: {status?: object}): undefined => {
      draft.status = withoutZeros({...counts, ...(conditions.length > 0 ? {conditions} : {})});
    };
    api.change('replicasets', set.metadata?.namespace ?? '', set.metadata?.name ?? '', edit, {subresource: 'status'});
  }

  return runController(api, options, {
    name: 'replicaset-controller',
    watches: {replicasets: own, pods: (change) => workloadsOf(api, 'replicasets', 'ReplicaSet', change)},
    initial: () => api.list('replicasets').map(keyOf),
    sync,
  });
}

export function replicasOf(workload: KubernetesObject): number {
  return numberOf(specOf(workload)['replicas']) ?? 1;
}

export function minReadySeconds(workload: KubernetesObject): number {
  return numberOf(specOf(workload)['minReadySeconds']) ?? 0;
}

/** Counts of zero are left out of a status, as Go leaves them out, but for `replicas` itself and `terminatingReplicas`. */
function withoutZeros(status: Readonly<Record<string, unknown>>): object {
  const kept = ['replicas', 'terminatingReplicas'];
  return Object.fromEntries(Object.entries(status).filter(([key, value]) => value !== 0 || kept.includes(key)));
}

function conditionsOf(set: KubernetesObject, active: number, failure: ApiError | null, now: string): readonly object[] {
  const others = listOf(recordOf(set['status'])['conditions']).filter((condition) => condition['type'] !== 'ReplicaFailure');
  if (failure === null) return others;
  const before = conditionOf(set, 'ReplicaFailure');
  const reason = active > replicasOf(set) ? 'FailedDelete' : 'FailedCreate';
  return [...others, before ?? {type: 'ReplicaFailure', status: 'True', reason, message: failure.message, lastTransitionTime: now}];
}
