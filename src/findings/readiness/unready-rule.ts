import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {grouped} from '../lazily.ts';
import type {Found, Rule} from '../rule.ts';
import {count, lines, names, span} from '../words.ts';
import {type Cause, candidates, type UnreadyPod, unreadyPods} from './classify.ts';

/** What differs between the rules about pods that are not ready. */
export interface UnreadyRule {
  readonly code: string;
  readonly name: string;
  readonly cause: Cause;
  readonly summary: string;
  readonly why: string;
  readonly remedy: string;
  /** After `2 of 3 pods`: what they do, `fail their readiness probe`. */
  readonly does: string;
  /** The same of one pod. */
  readonly doesOne: string;
  readonly fix: (facts: Facts, service: Service, pods: readonly UnreadyPod[]) => string;
}

/** A rule about selected pods that are not ready for one cause: an error where no pod is ready, else a warning. */
export function unreadyRule(rule: UnreadyRule): Rule {
  const {code, name, summary, why, remedy} = rule;
  return {
    code,
    name,
    severity: 'error',
    certainty: 'proven',
    summary,
    why,
    remedy,
    needs: ['pods'],
    live: true,
    *check(facts, service) {
      const pods = unreadyPods(facts, service).filter((pod) => pod.cause === rule.cause);
      if (pods.length > 0) yield found(rule, facts, service, pods);
    },
  };
}

function found(rule: UnreadyRule, facts: Facts, service: Service, pods: readonly UnreadyPod[]): Found {
  const all = candidates(facts, service);
  const ready = all.filter((pod) => pod.ready).length;
  const does = pods.length === 1 ? rule.doesOne : rule.does;
  const none = service.publishNotReadyAddresses ? 'no pod is ready, and traffic comes all the same' : 'no endpoint is ready';
  const rest = ready === 0 ? none : `${count(ready, 'other')} ${ready === 1 ? 'is' : 'are'} ready`;
  const who = all.length === 1 ? 'its only pod' : `${pods.length} of ${count(all.length, 'pod')}`;
  return {
    message: `${who} ${does}; ${rest}`,
    severity: ready === 0 && !service.publishNotReadyAddresses ? 'error' : 'warning',
    evidence: lines(alike(pods).map((group) => evidenceOf(facts, group))),
    remedy: rule.fix(facts, service, pods),
  };
}

/** Pods that are not ready for the same reason are one line of evidence: what is counted, or named after the pod, makes no difference. */
function alike(pods: readonly UnreadyPod[]): readonly (readonly UnreadyPod[])[] {
  const own = ({pod}: UnreadyPod) => [pod.name, pod.uid, ...pod.ips].filter((word) => word !== '');
  const bare = (unready: UnreadyPod) => own(unready).reduce((detail, word) => detail.replaceAll(word, ''), unready.detail);
  return [...grouped(pods, (unready) => bare(unready).replace(/ \(\d+ times\)$/, '')).values()];
}

function evidenceOf(facts: Facts, group: readonly UnreadyPod[]): string {
  const [first] = group;
  const who = `pod${group.length > 1 ? 's' : ''} ${names(group.map(({pod}) => pod.name))}`;
  return `${who}: ${first?.detail ?? ''}${age(facts, first?.since ?? null)}`;
}

function age(facts: Facts, since: string | null): string {
  const began = Date.parse(since ?? '');
  return facts.nowMs === null || Number.isNaN(began) ? '' : ` (since ${span(facts.nowMs - began)})`;
}
