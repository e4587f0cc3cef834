import type {Pod} from '../../model/index.ts';
import {candidates} from '../readiness/classify.ts';
import type {Rule} from '../rule.ts';
import {lines, names, patchService} from '../words.ts';

/** Labels that tell one application or release from another; `rel` and `track` tell versions of one apart, which share a Service on purpose. */
const IDENTITY = ['app.kubernetes.io/instance', 'app.kubernetes.io/name', 'app', 'k8s-app'];

export const spansApplications: Rule = {
  code: 'KIA0104',
  name: 'SelectorSpansApplications',
  severity: 'warning',
  certainty: 'possible',
  summary: 'The selector matches pods of different applications or releases.',
  why: 'Each connection goes to any of the selected pods. Where these are different programs, some requests get answers from the wrong one.',
  remedy: 'Add the label that tells the applications apart to the selector.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    const pods = candidates(facts, service);
    for (const key of IDENTITY) {
      const groups = byValue(pods, key);
      const [first] = groups.keys();
      if (service.selector?.[key] !== undefined || groups.size < 2 || first === undefined) continue;
      yield {
        message: `the selector matches pods of ${groups.size} applications: ${names([...groups.keys()].map((value) => `${key}=${value}`))}`,
        evidence: lines([...groups].map(([value, members]) => `${key}=${value}: ${names(members.map((pod) => pod.name))}`)),
        field: 'spec.selector',
        remedy: `if only one of them is meant: ${patchService(service, {spec: {selector: {[key]: first}}})}`,
      };
      return;
    }
  },
};

function byValue(pods: readonly Pod[], key: string): Map<string, Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const value = pod.labels[key];
    if (value !== undefined) groups.set(value, [...(groups.get(value) ?? []), pod]);
  }
  return groups;
}
