import type {Rule} from '../rule.ts';
import {count, kubectl, lines} from '../words.ts';

export const onlyFinished: Rule = {
  code: 'KIA0105',
  name: 'OnlyFinishedPodsSelected',
  severity: 'error',
  certainty: 'proven',
  summary: 'All pods that the selector matches are finished.',
  why: 'A pod in phase Succeeded or Failed is never an endpoint, so that the Service has none.',
  remedy: 'Start the workload that should answer, or correct the selector if it only fits a Job.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    const pods = facts.selected(service);
    if (pods.length === 0 || pods.some((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed')) return;
    yield {
      message: `${pods.length === 1 ? 'the only pod that it selects is' : `all ${pods.length} pods that it selects are`} finished: there is no endpoint`,
      evidence: lines(pods.map((pod) => `pod ${pod.name}: phase ${pod.phase}`)),
      field: 'spec.selector',
      remedy: `see what made them: ${kubectl(service.namespace, 'describe', 'pod', pods[0]?.name ?? '')}`,
    };
  },
};

export const someFinished: Rule = {
  code: 'KIA0106',
  name: 'FinishedPodsSelected',
  severity: 'info',
  certainty: 'proven',
  summary: 'Some of the pods that the selector matches are finished.',
  why: 'They get no traffic, which is right, but pods of a Job that share the labels of a server become endpoints while they run.',
  remedy: "Give the Job's pods other labels, or remove what is left of evicted pods.",
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    const pods = facts.selected(service);
    const finished = pods.filter((pod) => pod.phase === 'Succeeded' || pod.phase === 'Failed');
    if (finished.length === 0 || finished.length === pods.length) return;
    yield {
      message: `${finished.length} of ${count(pods.length, 'selected pod')} ${finished.length === 1 ? 'is' : 'are'} finished and no endpoint`,
      evidence: lines(finished.map((pod) => `pod ${pod.name}: phase ${pod.phase}`)),
      field: 'spec.selector',
      remedy: `if they are left over: ${kubectl(service.namespace, 'delete', 'pod', ...finished.slice(0, 5).map((pod) => pod.name))}`,
    };
  },
};
