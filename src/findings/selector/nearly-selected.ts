import {matchesSelector} from '../../endpoints/index.ts';
import type {Pod, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl} from '../words.ts';
import {isSlip} from './slip.ts';

/** A label with more values than this tells pods apart rather than groups them. */
const MOST_VALUES = 500;

export const nearlySelected: Rule = {
  code: 'KIA0107',
  name: 'PodNearlySelected',
  severity: 'warning',
  certainty: 'possible',
  summary: 'A pod misses the selector by what looks like a slip of the pen.',
  why: 'All pairs but one fit, and the last differs by one letter. No Service selects the pod, so that it probably gets no traffic against its intent.',
  remedy: "Correct the pod's label, best in the template that it is made from.",
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    if (facts.selected(service).length === 0) return;
    for (const [key, value] of Object.entries(service.selector ?? {})) {
      for (const {pod, label, has} of slips(facts, service, key, value)) {
        yield {
          message: `pod ${pod.name} misses the selector by one letter: ${label}=${has}, where ${key}=${value} is asked for`,
          evidence: [`no other Service selects pod ${pod.name}`],
          field: `spec.selector.${key}`,
          remedy: facts.live
            ? kubectl(service.namespace, 'label', 'pod', pod.name, `${key}=${value}`, '--overwrite')
            : `write ${key}: ${value} in the labels of ${pod.name}`,
        };
      }
    }
  },
};

interface Slip {
  readonly pod: Pod;
  readonly label: string;
  readonly has: string;
}

function slips(facts: Facts, service: Service, key: string, value: string): readonly Slip[] {
  const values = facts.labelValues(service.namespace, key);
  if (values.length > MOST_VALUES) return [];
  const near = values.filter((other) => isSlip(other, value));
  const pods = near.flatMap((has) => facts.withLabel(service.namespace, key, has).map((pod) => ({pod, label: key, has})));
  return pods.filter(({pod}) => fitsBut(service, key, pod) && isForgotten(facts, pod));
}

function fitsBut(service: Service, key: string, pod: Pod): boolean {
  const rest = Object.entries(service.selector ?? {}).filter(([other]) => other !== key);
  return rest.every(([other, value]) => pod.labels[other] === value);
}

function isForgotten(facts: Facts, pod: Pod): boolean {
  if (pod.phase === 'Succeeded' || pod.phase === 'Failed' || pod.deletedAt !== null) return false;
  return !facts.servicesIn(pod.namespace).some((service) => matchesSelector(service.selector, pod.labels));
}
