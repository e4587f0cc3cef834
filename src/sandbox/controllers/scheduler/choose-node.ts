import type {KubernetesObject} from '../../../model/index.ts';
import {controllerOf, labelsOf} from '../fields.ts';
import {type Place, preference, refusals} from './node-filters.ts';
import {affinityRefusals} from './pod-affinity.ts';

export type Choice = {readonly node: string} | {readonly message: string};

/** Labels that name the application a pod belongs to. */
const APP_LABELS = ['app', 'app.kubernetes.io/name', 'k8s-app'];

/**
 * Picks a node for a pod: among those that can take it the one that its preferences weigh highest, then the one with the fewest pods of the
 * same application, then with the fewest at all, then the first by name. So three pods of one application go to three nodes, in the order
 * of the nodes' names, whenever that is possible. Where none can take it, the message says why, node by node, as kube-scheduler does.
 */
export function chooseNode(pod: KubernetesObject, places: readonly Place[]): Choice {
  const judged = places.map((place) => ({place, reasons: refuse(pod, place, places)}));
  const able = judged.filter(({reasons}) => reasons.length === 0).map(({place}) => place);
  if (able.length === 0) return {message: noNode(judged.map(({reasons}) => reasons))};
  const ranked = able.map((place) => ({name: place.node.metadata?.name ?? '', rank: rankOf(pod, place)}));
  ranked.sort((a, b) => compareRanks(a.rank, b.rank) || (a.name < b.name ? -1 : 1));
  return {node: ranked[0]?.name ?? ''};
}

function refuse(pod: KubernetesObject, place: Place, places: readonly Place[]): readonly string[] {
  const reasons = refusals(pod, place);
  return reasons.length > 0 ? reasons : affinityRefusals(pod, place, places);
}

function rankOf(pod: KubernetesObject, place: Place): readonly number[] {
  return [-preference(pod, place.node), place.pods.filter((other) => isSimilar(pod, other)).length, place.pods.length];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}

/** Whether two pods belong to one application: by owner, by an application label, or by having the same labels. */
function isSimilar(pod: KubernetesObject, other: KubernetesObject): boolean {
  if (pod.metadata?.namespace !== other.metadata?.namespace) return false;
  const owner = controllerOf(pod);
  if (owner !== null && owner.uid === controllerOf(other)?.uid) return true;
  const [labels, others] = [labelsOf(pod), labelsOf(other)];
  const named = APP_LABELS.find((label) => labels[label] !== undefined);
  if (named !== undefined) return labels[named] === others[named];
  const keys = Object.keys(labels);
  return keys.length > 0 && keys.length === Object.keys(others).length && keys.every((key) => labels[key] === others[key]);
}

/** `0/3 nodes are available: 1 node(s) were unschedulable, 2 …. preemption: …`; there are no priorities here, so preemption never helps. */
function noNode(reasons: readonly (readonly string[])[]): string {
  const total = reasons.length;
  if (total === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const reason of reasons.flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const told = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  const preemption = `preemption: 0/${total} nodes are available: ${total} Preemption is not helpful for scheduling.`;
  return `0/${total} nodes are available: ${told.join(', ')}. ${preemption}`;
}
