import {matchesLabelSelector} from '../../../endpoints/index.ts';
import type {KubernetesObject} from '../../../model/index.ts';
import {type Json, labelsOf, listOf, recordOf, specOf, textOf, textsOf} from '../fields.ts';
import type {Place} from './node-filters.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';

/** Why the required pod affinity and anti-affinity, of the pod and of those there, keep it off a node; empty where they don't. */
export function affinityRefusals(pod: KubernetesObject, place: Place, places: readonly Place[]): readonly string[] {
  const affinity = termsOf(pod, 'podAffinity');
  if (!affinity.every((term) => isNear(pod, term, place, places) || isFirst(pod, term, places))) {
    return ["node(s) didn't match pod affinity rules"];
  }
  if (termsOf(pod, 'podAntiAffinity').some((term) => isNear(pod, term, place, places)))
    return ["node(s) didn't match pod anti-affinity rules"];
  const existing = places.flatMap((other) => other.pods.map((one) => ({one, other})));
  const kept = existing.some(({one, other}) =>
    termsOf(one, 'podAntiAffinity').some((term) => matches(one, term, pod) && sameDomain(term, place, other)),
  );
  return kept ? ["node(s) didn't satisfy existing pods anti-affinity rules"] : [];
}

function termsOf(pod: KubernetesObject, kind: 'podAffinity' | 'podAntiAffinity'): readonly Json[] {
  return listOf(recordOf(recordOf(specOf(pod)['affinity'])[kind])[REQUIRED]);
}

/** Whether a pod that the term means is in the node's topology domain. */
function isNear(pod: KubernetesObject, term: Json, place: Place, places: readonly Place[]): boolean {
  return places.some((other) => sameDomain(term, place, other) && other.pods.some((one) => matches(pod, term, one)));
}

/** The first of a series may start anywhere, or none ever could: nobody matches yet but the pod itself. */
function isFirst(pod: KubernetesObject, term: Json, places: readonly Place[]): boolean {
  return matches(pod, term, pod) && !places.some((other) => other.pods.some((one) => matches(pod, term, one)));
}

function matches(owner: KubernetesObject, term: Json, other: KubernetesObject): boolean {
  const named = textsOf(term['namespaces']);
  const namespaces = named.length > 0 ? named : [owner.metadata?.namespace ?? ''];
  return namespaces.includes(other.metadata?.namespace ?? '') && matchesLabelSelector(term['labelSelector'], labelsOf(other));
}

function sameDomain(term: Json, a: Place, b: Place): boolean {
  const key = textOf(term['topologyKey']) ?? '';
  const value = labelsOf(a.node)[key];
  return value !== undefined && value === labelsOf(b.node)[key];
}
