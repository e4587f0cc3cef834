import {matchesSelector, notEndpoints} from '../../endpoints/index.ts';
import type {Pod, Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Found, Rule} from '../rule.ts';
import {count, kubectl, lines, names, pairs, patchService} from '../words.ts';
import {isSlip} from './slip.ts';

export const matchesNoPod: Rule = {
  code: 'KIA0101',
  name: 'SelectorMatchesNoPod',
  severity: 'error',
  certainty: 'proven',
  summary: 'The selector matches no pod of the namespace, so that the Service has no endpoint.',
  why: 'A pod is selected when its labels have every pair of the selector, spelt alike, in the same namespace. Connections to the Service are refused at once.',
  remedy: 'Make the selector name labels that the pods have, or give the pods the labels that it asks for.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    const {selector} = service;
    if (selector === null || service.type === 'ExternalName' || facts.selected(service).length > 0) return;
    const templates = facts.workloadsIn(service.namespace).filter((workload) => matchesSelector(selector, workload.template.labels));
    if (templates.length > 0) return;
    yield facts.live ? missed(facts, service) : missedInFiles(facts, service);
  },
};

function missed(facts: Facts, service: Service): Found {
  const near = nearMisses(facts, service);
  return {
    message: `selector ${pairs(service.selector ?? {})} matches none of ${poolOf(facts, service)}`,
    evidence: lines([
      ...near.map(({pod, detail}) => `${facts.live ? 'pod ' : ''}${pod}: ${detail}`),
      ...(near.length > 0 ? [] : otherKeys(facts, service)),
    ]),
    field: 'spec.selector',
    remedy: remedyFor(facts, service),
  };
}

function poolOf(facts: Facts, service: Service): string {
  const number = facts.podsIn(service.namespace).length;
  return facts.live ? `${count(number, 'pod')} in namespace ${service.namespace}` : `${count(number, 'workload')} of these files`;
}

/** A folder need not hold the workload: without a near miss that is no more than possible. */
function missedInFiles(facts: Facts, service: Service): Found {
  const found = missed(facts, service);
  if (likeliest(facts, service) !== null) return found;
  return {
    ...found,
    message: `no workload of these files has the labels ${pairs(service.selector ?? {})} that the selector asks for`,
    certainty: 'possible',
    severity: 'warning',
  };
}

function nearMisses(facts: Facts, service: Service): readonly {readonly pod: string; readonly detail: string}[] {
  const entries = Object.entries(service.selector ?? {});
  const elsewhere = [...facts.view.namespaces].filter((namespace) => namespace !== service.namespace);
  const [first] = entries;
  const others = first === undefined ? [] : elsewhere.flatMap((namespace) => facts.withLabel(namespace, first[0], first[1]));
  const pods = [...facts.podsIn(service.namespace), ...others].map((pod) => [`${pod.namespace}/${pod.name}`, pod] as const);
  return notEndpoints({...facts.view, pods: new Map(pods)}, service);
}

/** The pod that the selector was most probably meant for: it misses the fewest pairs, and by the least. */
function likeliest(facts: Facts, service: Service): Pod | null {
  const near = nearMisses(facts, service)[0];
  if (near === undefined) return sameValue(facts, service);
  return facts.podsIn(service.namespace).find((pod) => pod.name === near.pod) ?? null;
}

/** A pod that has the selector's value under another key: `app: nginx` where `name: nginx` is asked for. */
function sameValue(facts: Facts, service: Service): Pod | null {
  const [only, ...more] = Object.values(service.selector ?? {});
  if (only === undefined || more.length > 0) return null;
  return facts.podsIn(service.namespace).find((pod) => Object.values(pod.labels).includes(only)) ?? null;
}

/** `3 pods have app=web instead`: where a lone value stands under another key. */
function otherKeys(facts: Facts, service: Service): readonly string[] {
  const pod = sameValue(facts, service);
  const value = Object.values(service.selector ?? {})[0];
  const key = Object.entries(pod?.labels ?? {}).find(([, text]) => text === value)?.[0];
  if (key === undefined || value === undefined) return [];
  const pods = facts.withLabel(service.namespace, key, value).length;
  return [`${count(pods, 'pod')} ${pods === 1 ? 'has' : 'have'} ${key}=${value} instead`];
}

function remedyFor(facts: Facts, service: Service): string {
  const pod = likeliest(facts, service);
  const selector = service.selector ?? {};
  const elsewhere = facts.live && pod === null ? nearMisses(facts, service)[0] : undefined;
  if (elsewhere !== undefined) return `the Service belongs where its pods are; see them: ${podsOf(facts, service)}`;
  if (pod === null) return `see which labels the pods have: ${kubectl(service.namespace, 'get', 'pods', '--show-labels')}`;
  const missing = Object.entries(selector).filter(([key, value]) => pod.labels[key] !== value);
  const slips = missing.filter(([key, value]) => isSlip(pod.labels[key] ?? '', value));
  if (slips.length > 0 && slips.length === missing.length) {
    return correction(facts, service, Object.fromEntries(slips.map(([key]) => [key, pod.labels[key] ?? null])));
  }
  const [pair] = missing;
  const otherKey = Object.entries(pod.labels).find(([key, value]) => value === pair?.[1] && !(key in selector));
  if (pair !== undefined && otherKey !== undefined) {
    return correction(facts, service, {[pair[0]]: null, [otherKey[0]]: otherKey[1]});
  }
  const has = missing.filter(([key]) => pod.labels[key] !== undefined);
  if (has.length === missing.length) {
    return correction(facts, service, Object.fromEntries(has.map(([key]) => [key, pod.labels[key] ?? null])));
  }
  const labels = missing.map(([key, value]) => `${key}=${value}`);
  return facts.live
    ? kubectl(service.namespace, 'label', 'pod', pod.name, ...labels, '--overwrite')
    : `give the pods of ${pod.name} the labels ${names(labels)}`;
}

/** Lists the pods of another namespace that the selector matches. */
function podsOf(facts: Facts, service: Service): string {
  const selector = service.selector ?? {};
  const namespaces = [...facts.view.namespaces].filter((namespace) => namespace !== service.namespace);
  const place = namespaces.find((namespace) => facts.podsIn(namespace).some((pod) => matchesSelector(selector, pod.labels)));
  return kubectl(place ?? '', 'get', 'pods', ...(place === undefined ? ['-A'] : []), '-l', pairs(selector));
}

/** The selector as it was probably meant: as a patch for a cluster, as words for a file. */
function correction(facts: Facts, service: Service, change: Readonly<Record<string, string | null>>): string {
  if (facts.live) return patchService(service, {spec: {selector: change}});
  const merged = Object.entries({...service.selector, ...change}).flatMap(([key, value]) => (value === null ? [] : `${key}: ${value}`));
  return `write in the manifest of Service ${service.name}: selector: {${merged.join(', ')}}`;
}
