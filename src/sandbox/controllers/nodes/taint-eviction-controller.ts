import type {KubernetesObject} from '../../../model/index.ts';
import type {Api, ApiChange} from '../../api.ts';
import {type Controller, type ControllerOptions, keyOf, own, runController, splitKey} from '../controller.ts';
import {createEventRecorder} from '../event-recorder.ts';
import {apiTime, isGoing, type Json, listOf, numberOf, specOf, textOf} from '../fields.ts';
import {toleratesTaint} from '../scheduler/node-filters.ts';

/** Deletes pods from nodes with `NoExecute` taints once their tolerations have run out: the taint-eviction-controller. */
export function startTaintEvictionController(api: Api, options: ControllerOptions): Controller {
  const record = createEventRecorder(api, options.clock, 'taint-eviction-controller');

  function sync(key: string): number | undefined {
    const {namespace, name} = splitKey(key);
    const pod = api.get('pods', namespace, name);
    if (pod === null || isGoing(pod)) return undefined;
    const left = timeLeft(pod, taintsOf(api, pod), options.clock.now());
    if (left === null || left > 0) return left ?? undefined;
    record(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${key}`);
    setDisrupted(api, pod, apiTime(options.clock.now()));
    api.delete('pods', namespace, name);
    return undefined;
  }

  return runController(api, options, {
    name: 'taint-eviction-controller',
    watches: {pods: (change) => (change.type === 'DELETED' ? [] : own(change)), nodes: (change) => podsOnChanged(api, change)},
    initial: () => api.list('pods').map(keyOf),
    sync,
  });
}

function taintsOf(api: Api, pod: KubernetesObject): readonly Json[] {
  const node = api.get('nodes', '', textOf(specOf(pod)['nodeName']) ?? '');
  return node === null ? [] : listOf(specOf(node)['taints']).filter((taint) => taint['effect'] === 'NoExecute');
}

/** Milliseconds that a pod may stay: null for ever, 0 and less not at all. */
function timeLeft(pod: KubernetesObject, taints: readonly Json[], nowMs: number): number | null {
  const tolerations = listOf(specOf(pod)['tolerations']);
  const limits = taints.map((taint) => {
    const fitting = tolerations.filter((toleration) => toleratesTaint(toleration, taint));
    if (fitting.length === 0) return 0;
    const seconds = fitting.map((toleration) => numberOf(toleration['tolerationSeconds'])).filter((value) => value !== null);
    if (seconds.length === 0) return null;
    const since = Date.parse(textOf(taint['timeAdded']) ?? '');
    return (Number.isNaN(since) ? nowMs : since) + Math.max(0, Math.min(...seconds)) * 1000 - nowMs;
  });
  const bounded = limits.filter((limit) => limit !== null);
  return bounded.length === 0 ? null : Math.min(...bounded);
}

function podsOnChanged(api: Api, {type, object, previous}: ApiChange): readonly string[] {
  const taints = (node: KubernetesObject | null) => JSON.stringify(node === null ? [] : (specOf(node)['taints'] ?? []));
  if (type === 'DELETED' || taints(object) === taints(previous)) return [];
  return api
    .list('pods')
    .filter((pod) => specOf(pod)['nodeName'] === object.metadata?.name)
    .map(keyOf);
}

/** Says on the pod that it does not end by its own fault. */
function setDisrupted(api: Api, pod: KubernetesObject, now: string): void {
  const message = 'Taint manager: deleting due to NoExecute taint';
  const condition = {type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message, lastTransitionTime: now};
  const edit = (draft: {status?: {conditions?: {type: string}[]}}): undefined => {
    const others = (draft.status?.conditions ?? []).filter(({type}) => type !== condition.type);
    draft.status = {...draft.status, conditions: [...others, condition]};
  };
  api.change('pods', pod.metadata?.namespace ?? '', pod.metadata?.name ?? '', edit, {subresource: 'status'});
}
