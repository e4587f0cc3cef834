import type {Pod} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {candidates} from '../readiness/classify.ts';
import type {Rule} from '../rule.ts';
import {kubectl, names} from '../words.ts';

export const severalWorkloads: Rule = {
  code: 'KIA0109',
  name: 'SeveralWorkloadsSelected',
  severity: 'info',
  certainty: 'proven',
  summary: 'The endpoints belong to several workloads.',
  why: 'A stable and a canary version share a Service so on purpose; then each gets traffic in proportion to its pods. Otherwise the selector is too wide.',
  remedy: 'Nothing, if it is meant; else add a label to the selector.',
  needs: ['pods', 'replicasets'],
  live: true,
  *check(facts, service) {
    const counts = new Map<string, number>();
    for (const pod of candidates(facts, service)) {
      const owner = ownerOf(facts, pod);
      if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    if (counts.size < 2) return;
    yield {
      message: `its pods come from ${counts.size} workloads: ${names([...counts].map(([owner, pods]) => `${owner} (${pods})`))}`,
      field: 'spec.selector',
      remedy: `if that is not meant, compare their labels: ${kubectl(service.namespace, 'get', 'pods', '--show-labels')}`,
    };
  },
};

/** `Deployment web`: through the ReplicaSet to what controls that; null where it is not known. */
export function ownerOf(facts: Facts, pod: Pod): string | null {
  const owner = pod.object.metadata?.ownerReferences?.find((reference) => reference.controller);
  if (owner === undefined) return null;
  if (owner.kind !== 'ReplicaSet') return `${owner.kind} ${owner.name}`;
  const replicaSet = facts.view.others.get(`ReplicaSet/${pod.namespace}/${owner.name}`);
  if (replicaSet === undefined) return null;
  const above = replicaSet.metadata?.ownerReferences?.find((reference) => reference.controller);
  return above === undefined ? `ReplicaSet ${owner.name}` : `${above.kind} ${above.name}`;
}
