import type {KubernetesObject} from '../model/index.ts';
import {cutNode} from '../view/index.ts';

/** Each zone's share of the cluster's allocatable CPU, from 0 to 1, by zone name. */
export type ZoneShares = Readonly<Record<string, number>>;

const NOT_COUNTED = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];

/**
 * How the topology annotation weighs zones: by allocatable CPU of ready nodes that are no control-plane nodes
 * (k8s.io/endpointslice topologycache). null where one of them lacks a zone or CPU, or where there are fewer than two zones:
 * no Service then gets hints.
 */
export function zoneShares(nodes: readonly KubernetesObject[]): ZoneShares | null {
  const cpu = new Map<string, number>();
  for (const node of nodes.map(cutNode)) {
    if (!node.ready || NOT_COUNTED.some((label) => Object.hasOwn(node.labels, label))) continue;
    if (node.zone === null || !node.allocatableMilliCpu) return null;
    cpu.set(node.zone, (cpu.get(node.zone) ?? 0) + node.allocatableMilliCpu);
  }
  const total = [...cpu.values()].reduce((sum, value) => sum + value, 0);
  if (cpu.size < 2) return null;
  return Object.fromEntries([...cpu].map(([zone, value]) => [zone, value / total]));
}
