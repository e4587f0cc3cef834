import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {grouped, lazilyOf} from '../lazily.ts';
import type {Rule} from '../rule.ts';
import {pairs, patchService} from '../words.ts';

const INSTANCE = 'app.kubernetes.io/instance';

export const sharedSelector: Rule = {
  code: 'KIA0108',
  name: 'SelectorOfTwoReleases',
  severity: 'warning',
  certainty: 'possible',
  summary: 'Two Services of different releases have the same selector.',
  why: 'Both lead to the pods of both releases: the charts that made them do not put the release into the selector.',
  remedy: `Add ${INSTANCE} to the selectors.`,
  needs: [],
  live: false,
  *check(facts, service) {
    const instance = service.labels[INSTANCE];
    if (service.selector === null || instance === undefined || service.selector[INSTANCE] !== undefined) return;
    const twin = (bySelector(facts).get(keyOf(service)) ?? []).find((other) => isTwin(service, other));
    if (twin === undefined) return;
    yield {
      message: `it has the same selector as Service ${twin.name} of another release: ${pairs(service.selector)}`,
      evidence: [`${service.name}: ${INSTANCE}=${instance}`, `${twin.name}: ${INSTANCE}=${twin.labels[INSTANCE]}`],
      field: 'spec.selector',
      remedy: patchService(service, {spec: {selector: {[INSTANCE]: instance}}}),
    };
  },
};

function isTwin(service: Service, other: Service): boolean {
  const instance = other.labels[INSTANCE];
  return other.name !== service.name && instance !== undefined && instance !== service.labels[INSTANCE];
}

const bySelector = lazilyOf((facts: Facts) => {
  const selecting = [...facts.view.services.values()].filter((service) => service.selector !== null);
  return grouped(selecting, keyOf);
});

function keyOf(service: Service): string {
  const sorted = Object.entries(service.selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${service.namespace}/${pairs(Object.fromEntries(sorted))}`;
}
