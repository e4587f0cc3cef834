import {list, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl} from '../words.ts';
import type {Workload} from '../workload.ts';
import {workloadsWithoutPods} from './templates.ts';

export const makesNoPods: Rule = {
  code: 'KIA0103',
  name: 'WorkloadMakesNoPods',
  severity: 'error',
  certainty: 'proven',
  summary: 'The selector fits a workload that should run pods but has none.',
  why: 'Something keeps the controller from creating pods: a quota, an admission webhook, a missing ServiceAccount, a Pod Security level, or a controller that does not run.',
  remedy: "Read the workload's conditions and Events.",
  needs: ['pods', 'deployments', 'statefulsets', 'replicasets', 'daemonsets'],
  live: true,
  *check(facts, service) {
    const first = workloadsWithoutPods(facts, service).find((workload) => workload.replicas !== 0 && !workload.kind.endsWith('Job'));
    if (first === undefined) return;
    yield {
      message: `${first.kind} ${first.name}, which the selector fits, has no pods: there is no endpoint`,
      evidence: [`${first.kind} ${first.name} wants ${first.replicas ?? 'some'} and has none`, ...reasons(facts, first)],
      field: 'spec.selector',
      remedy: `see why: ${kubectl(service.namespace, 'describe', `${first.kind.toLowerCase()}/${first.name}`)}`,
    };
  },
};

function reasons(facts: Facts, workload: Workload): readonly string[] {
  const conditions = list(record(workload.object['status'])['conditions']);
  const failed = conditions.filter((condition) => condition['type'] === 'ReplicaFailure' && condition['status'] === 'True');
  const events = facts.events(workload.kind, workload.namespace, workload.name).filter((event) => event['reason'] === 'FailedCreate');
  return [...failed, ...events.slice(-1)].flatMap((entry) => text(entry['message']) ?? []).slice(0, 2);
}
