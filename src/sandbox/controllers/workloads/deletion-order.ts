import {podIsReady} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import {conditionOf, listOf, specOf, statusOf, textOf} from '../fields.ts';

const PHASES = ['Pending', 'Unknown', 'Running'];

/**
 * Pods in the order in which a replica set gives them up (pkg/controller, ActivePodsWithRanks): without node, not running, not ready, of lower
 * deletion cost, doubled up on a node, ready for a shorter time, restarted more often, younger.
 */
export function deletionOrder(pods: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const perNode = new Map<string, number>();
  for (const pod of pods) if (podIsReady(pod)) perNode.set(nodeOf(pod), (perNode.get(nodeOf(pod)) ?? 0) + 1);
  const keys = new Map(pods.map((pod) => [pod, sortKey(pod, perNode.get(nodeOf(pod)) ?? 0)]));
  return [...pods].sort((a, b) => compare(keys.get(a) ?? [], keys.get(b) ?? []));
}

function sortKey(pod: KubernetesObject, together: number): readonly number[] {
  const ready = podIsReady(pod);
  const restarts = listOf(statusOf(pod)['containerStatuses']).map((status) => Number(status['restartCount'] ?? 0));
  return [
    nodeOf(pod) === '' ? 0 : 1,
    PHASES.indexOf(textOf(statusOf(pod)['phase']) ?? 'Pending'),
    ready ? 1 : 0,
    Number(pod.metadata?.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0,
    -together,
    ready ? -timeOf(textOf(conditionOf(pod, 'Ready')?.['lastTransitionTime'])) : 0,
    -Math.max(0, ...restarts),
    -timeOf(pod.metadata?.creationTimestamp ?? null),
  ];
}

function nodeOf(pod: KubernetesObject): string {
  return textOf(specOf(pod)['nodeName']) ?? '';
}

function timeOf(text: string | null): number {
  return Date.parse(text ?? '') || 0;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
