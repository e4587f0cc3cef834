import {matchesSelector} from '../../endpoints/index.ts';
import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Workload} from '../workload.ts';

/** The workloads whose pods a Service selects, going by their templates; none where a pod of the Service exists. */
export function workloadsWithoutPods(facts: Facts, service: Service): readonly Workload[] {
  if (service.selector === null || facts.selected(service).length > 0) return [];
  return facts.workloadsIn(service.namespace).filter((workload) => matchesSelector(service.selector, workload.template.labels));
}
