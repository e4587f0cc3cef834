import type {Rule} from '../rule.ts';
import {kubectl, pairs} from '../words.ts';
import {workloadsWithoutPods} from './templates.ts';

export const scaledToZero: Rule = {
  code: 'KIA0102',
  name: 'WorkloadScaledToZero',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The selector fits a workload that is scaled to zero.',
  why: 'The wiring is right, but the workload is told to run no pods, so that the Service has no endpoint and refuses connections.',
  remedy: 'Scale the workload up, if that is wanted.',
  needs: ['pods', 'deployments', 'statefulsets', 'replicasets'],
  live: true,
  *check(facts, service) {
    const workloads = workloadsWithoutPods(facts, service);
    const [first] = workloads;
    if (first === undefined || workloads.some((workload) => workload.replicas !== 0)) return;
    yield {
      message: `${first.kind} ${first.name}, which the selector fits, is scaled to zero: there is no endpoint`,
      evidence: [`${first.kind} ${first.name}: spec.replicas 0, template labels ${pairs(first.template.labels)}`],
      field: 'spec.selector',
      remedy: kubectl(service.namespace, 'scale', `${first.kind.toLowerCase()}/${first.name}`, '--replicas=1'),
    };
  },
};
