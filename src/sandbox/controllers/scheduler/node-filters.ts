import {matchesTerm} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import {quantityOr0} from '../../quantity.ts';
import {hasCondition, type Json, labelsOf, listOf, recordOf, specOf, statusOf, textMapOf} from '../fields.ts';
import {type Demand, demandOf} from './pod-demand.ts';

export const NOT_READY_TAINT = 'node.kubernetes.io/not-ready';
const UNSCHEDULABLE_TAINT = 'node.kubernetes.io/unschedulable';

/** A node with the pods that are on it and not finished. */
export interface Place {
  readonly node: KubernetesObject;
  readonly pods: readonly KubernetesObject[];
}

/** Why a node cannot take a pod, in the scheduler's words; empty where it can. Only the first filter that refuses tells its reasons. */
export function refusals(pod: KubernetesObject, place: Place): readonly string[] {
  for (const filter of [unschedulable, taints, affinity, ports, resources]) {
    const reasons = filter(pod, place);
    if (reasons.length > 0) return reasons;
  }
  return [];
}

function unschedulable(pod: KubernetesObject, {node}: Place): readonly string[] {
  const taint = {key: UNSCHEDULABLE_TAINT, effect: 'NoSchedule'};
  return specOf(node)['unschedulable'] === true && !tolerates(pod, taint) ? ['node(s) were unschedulable'] : [];
}

/** A node that is not ready counts as tainted even before the node controller has said so. */
function taints(pod: KubernetesObject, {node}: Place): readonly string[] {
  const own = listOf(specOf(node)['taints']).filter((taint) => taint['effect'] === 'NoSchedule' || taint['effect'] === 'NoExecute');
  const all = hasCondition(node, 'Ready') ? own : [...own, {key: NOT_READY_TAINT, effect: 'NoSchedule'}];
  return all.some((taint) => taint['key'] !== UNSCHEDULABLE_TAINT && !tolerates(pod, taint)) ? ['node(s) had untolerated taint(s)'] : [];
}

/** Whether one of the pod's tolerations covers a taint (k8s.io/api core/v1 ToleratesTaint). */
export function tolerates(pod: KubernetesObject, taint: Json): boolean {
  return listOf(specOf(pod)['tolerations']).some((toleration) => toleratesTaint(toleration, taint));
}

/** No effect covers all effects, no key with `Exists` all keys. */
export function toleratesTaint(toleration: Json, taint: Json): boolean {
  const {key = '', effect = '', operator, value} = toleration;
  if (effect !== '' && effect !== taint['effect']) return false;
  if (key !== '' && key !== taint['key']) return false;
  if (operator === 'Exists') return true;
  return key !== '' && (value ?? '') === (taint['value'] ?? '');
}

function affinity(pod: KubernetesObject, {node}: Place): readonly string[] {
  const refused = ["node(s) didn't match Pod's node affinity/selector"];
  const selector = Object.entries(textMapOf(specOf(pod)['nodeSelector']));
  if (!selector.every(([key, value]) => labelsOf(node)[key] === value)) return refused;
  const required = nodeAffinity(pod)['requiredDuringSchedulingIgnoredDuringExecution'];
  if (required === undefined) return [];
  return listOf(recordOf(required)['nodeSelectorTerms']).some((term) => matchesNode(term, node)) ? [] : refused;
}

function nodeAffinity(pod: KubernetesObject): Json {
  return recordOf(recordOf(specOf(pod)['affinity'])['nodeAffinity']);
}

/** A term without requirements matches no node. */
function matchesNode(term: Json, node: KubernetesObject): boolean {
  const labels = listOf(term['matchExpressions']);
  const fields = listOf(term['matchFields']);
  if (labels.length + fields.length === 0) return false;
  const name = {'metadata.name': node.metadata?.name ?? ''};
  return labels.every((one) => matchesTerm(one, labelsOf(node))) && fields.every((one) => matchesTerm(one, name));
}

/** The weight of the pod's preferences that a node meets. */
export function preference(pod: KubernetesObject, node: KubernetesObject): number {
  const terms = listOf(nodeAffinity(pod)['preferredDuringSchedulingIgnoredDuringExecution']);
  return terms.reduce((sum, term) => sum + (matchesNode(recordOf(term['preference']), node) ? Number(term['weight'] ?? 0) : 0), 0);
}

function ports(pod: KubernetesObject, {pods}: Place): readonly string[] {
  const wanted = demandOf(pod).hostPorts;
  if (wanted.length === 0) return [];
  const taken = new Set(pods.flatMap((other) => demandOf(other).hostPorts));
  return wanted.some((port) => taken.has(port)) ? ["node(s) didn't have free ports for the requested pod ports"] : [];
}

function resources(pod: KubernetesObject, {node, pods}: Place): readonly string[] {
  const status = statusOf(node);
  const allocatable = recordOf(status['allocatable'] ?? status['capacity']);
  const demands = [...pods, pod].map(demandOf);
  const exceeds = (name: 'cpu' | 'memory') => {
    const asked = demandOf(pod)[name] > 0;
    return asked && allocatable[name] !== undefined && sum(demands, name) > quantityOr0(allocatable[name]);
  };
  const tooMany = allocatable['pods'] !== undefined && pods.length + 1 > quantityOr0(allocatable['pods']);
  return [
    ...(tooMany ? ['Too many pods'] : []),
    ...(exceeds('cpu') ? ['Insufficient cpu'] : []),
    ...(exceeds('memory') ? ['Insufficient memory'] : []),
  ];
}

function sum(demands: readonly Demand[], name: 'cpu' | 'memory'): number {
  return demands.reduce((total, demand) => total + demand[name], 0);
}
