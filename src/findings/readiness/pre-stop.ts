import type {Pod} from '../../model/index.ts';
import {type Json, list, number, record, texts} from '../../view/index.ts';
import type {Rule} from '../rule.ts';
import {ownerOf} from '../selector/several-workloads.ts';
import {names} from '../words.ts';
import {candidates} from './classify.ts';

/** The API's default of terminationGracePeriodSeconds. */
const DEFAULT_GRACE = 30;

export const preStopTooLong: Rule = {
  code: 'KIA0220',
  name: 'PreStopOutlastsGrace',
  severity: 'warning',
  certainty: 'proven',
  summary: 'A preStop hook sleeps for as long as the pod may take to end, or longer.',
  why: 'The grace period counts the hook too. When it is over, the container is killed: it never gets the signal to finish its requests.',
  remedy: 'Shorten the sleep, or raise terminationGracePeriodSeconds above it by what the application needs.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    for (const pod of onePerOwner(candidates(facts, service))) {
      const grace = number(record(pod.object['spec'])['terminationGracePeriodSeconds']) ?? DEFAULT_GRACE;
      for (const container of list(record(pod.object['spec'])['containers'])) {
        const sleep = sleepSeconds(container);
        if (sleep === null || sleep < grace) continue;
        const owner = ownerOf(facts, pod) ?? `pod ${pod.name}`;
        yield {
          message: `container ${String(container['name'])} of ${owner} sleeps ${sleep} s before it stops, and is killed after ${grace} s`,
          evidence: [`lifecycle.preStop sleeps ${sleep} s; terminationGracePeriodSeconds is ${grace}`],
          remedy: `set terminationGracePeriodSeconds: ${sleep + DEFAULT_GRACE} in the pod template`,
        };
      }
    }
  },
};

export const noDrain: Rule = {
  code: 'KIA0222',
  name: 'NothingDelaysShutdown',
  severity: 'info',
  certainty: 'possible',
  advice: true,
  summary: 'No preStop hook gives the proxies time to stop sending to a pod that ends.',
  why: 'A pod gets SIGTERM at the moment at which it begins to leave the EndpointSlices. Until all nodes have heard of it, new connections still arrive; a program that closes its port at once refuses them.',
  remedy: 'Add a preStop sleep of a few seconds, or let the program go on for a moment after SIGTERM.',
  needs: ['pods'],
  live: false,
  *check(facts, service) {
    const without = onePerOwner(candidates(facts, service)).filter(
      (pod) => !list(record(pod.object['spec'])['containers']).some((container) => record(container['lifecycle'])['preStop'] !== undefined),
    );
    if (without.length === 0) return;
    yield {
      message: `nothing delays the end of ${names(without.map((pod) => ownerOf(facts, pod) ?? `pod ${pod.name}`))}: requests may fail in a rollout`,
      remedy: 'add to the container: lifecycle: {preStop: {sleep: {seconds: 5}}}',
    };
  },
};

/** `sleep: {seconds}`, or `exec` of sleep itself or in a shell that does nothing else. */
function sleepSeconds(container: Json): number | null {
  const hook = record(record(container['lifecycle'])['preStop']);
  if (hook['sleep'] !== undefined) return number(record(hook['sleep'])['seconds']);
  const words = texts(record(hook['exec'])['command']);
  const line = words.length === 3 && words[1] === '-c' ? (words[2] ?? '') : words.join(' ');
  const seconds = /^(?:\/bin\/|\/usr\/bin\/)?sleep (\d+)s?$/.exec(line.trim())?.[1];
  return seconds === undefined ? null : Number(seconds);
}

/** Pods of one template are alike. */
function onePerOwner(pods: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>();
  return pods.filter((pod) => {
    const owner = pod.object.metadata?.ownerReferences?.find((reference) => reference.controller)?.uid ?? pod.name;
    return !seen.has(owner) && seen.add(owner);
  });
}
