import {matchesLabelSelector} from '../../endpoints/index.ts';
import type {KubernetesObject, Pod} from '../../model/index.ts';
import {type Json, list, number, record, text, texts} from '../../view/index.ts';
import type {Facts} from '../facts.ts';

export type Direction = 'Ingress' | 'Egress';

/** The NetworkPolicies that hold for a pod in one direction (networking.k8s.io/v1): where there is none, all is admitted. */
export function policiesFor(facts: Facts, pod: Pod, direction: Direction): readonly KubernetesObject[] {
  return facts.objects('NetworkPolicy', pod.namespace).filter((policy) => {
    const spec = record(policy['spec']);
    return typesOf(spec).includes(direction) && matchesLabelSelector(spec['podSelector'] ?? {}, pod.labels);
  });
}

/** An absent list stands for Ingress, and for Egress too where there are egress rules. */
function typesOf(spec: Json): readonly string[] {
  const stated = texts(spec['policyTypes']);
  return stated.length > 0 ? stated : spec['egress'] === undefined ? ['Ingress'] : ['Ingress', 'Egress'];
}

/** The rules of policies in a direction. */
export function rulesOf(policies: readonly KubernetesObject[], direction: Direction): readonly Json[] {
  return policies.flatMap((policy) => list(record(policy['spec'])[direction.toLowerCase()]));
}

/** Whether a rule admits a port of a pod; a rule without ports admits all. `pod` is the one at whose end the port is. */
export function admitsPort(rule: Json, port: number, protocol: string, pod: Pod | null): boolean {
  const ports = list(rule['ports']);
  return ports.length === 0 || ports.some((entry) => matchesPort(entry, port, protocol, pod));
}

function matchesPort(entry: Json, port: number, protocol: string, pod: Pod | null): boolean {
  if ((text(entry['protocol']) ?? 'TCP') !== protocol) return false;
  const wanted = entry['port'];
  if (wanted === undefined || wanted === null) return true;
  if (typeof wanted === 'string') return pod === null || namedPort(pod, wanted, protocol) === port;
  const first = number(wanted) ?? 0;
  return port >= first && port <= (number(entry['endPort']) ?? first);
}

function namedPort(pod: Pod, name: string, protocol: string): number | null {
  const ports = pod.containers.flatMap((container) => container.ports);
  return ports.find((port) => port.name === name && port.protocol === protocol)?.containerPort ?? null;
}

/** Whether a rule admits peers that are no pods: everybody, or a range of addresses. */
export function admitsOutside(rule: Json): boolean {
  const peers = list(rule['from']);
  return peers.length === 0 || peers.some((peer) => peer['ipBlock'] !== undefined);
}

/** Kinds of network plugins and of the policy group that may admit what a NetworkPolicy does not. */
const OTHERS = [
  'AdminNetworkPolicy',
  'BaselineAdminNetworkPolicy',
  'ClusterNetworkPolicy',
  'GlobalNetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
];

/** Whether policies of other kinds have a say: then NetworkPolicies alone prove nothing. */
export function othersDecide(facts: Facts): boolean {
  return OTHERS.some((kind) => facts.objects(kind).length > 0);
}
