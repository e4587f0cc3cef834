import type {Pod} from '../../model/index.ts';
import {list, number, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines} from '../words.ts';
import {candidates} from './classify.ts';

/** Fewer time-outs than this are no pattern. */
const FEWEST = 3;

export const probeTimesOut: Rule = {
  code: 'KIA0216',
  name: 'ReadinessProbeTimesOut',
  severity: 'warning',
  certainty: 'possible',
  summary: 'Readiness probes time out now and then on pods that are otherwise ready.',
  why: 'The default time limit is one second. Under load a probe that shares the workers of the application misses it, the endpoint leaves, the others get more load, and follow.',
  remedy: 'Raise timeoutSeconds or failureThreshold, or let the probe ask something cheap.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    const flapping = candidates(facts, service).flatMap((pod) => (pod.ready ? timeouts(facts, pod) : []));
    const [first] = flapping;
    if (first === undefined) return;
    yield {
      message: `readiness probes of ${flapping.length} ready ${flapping.length === 1 ? 'pod' : 'pods'} have timed out repeatedly: endpoints come and go`,
      evidence: lines(flapping.map(({pod, count}) => `pod ${pod.name}: ${count} Events of a readiness probe that timed out`)),
      remedy: `raise timeoutSeconds of the probe in what makes the pod; see: ${kubectl(service.namespace, 'describe', 'pod', first.pod.name)}`,
    };
  },
};

function timeouts(facts: Facts, pod: Pod): readonly {readonly pod: Pod; readonly count: number}[] {
  const tight = list(record(pod.object['spec'])['containers']).some((container) => {
    const probe = container['readinessProbe'];
    return probe !== undefined && (number(record(probe)['timeoutSeconds']) ?? 1) <= 1;
  });
  if (!tight) return [];
  const events = facts.events('Pod', pod.namespace, pod.name).filter((event) => {
    const message = text(event['message']) ?? '';
    return event['reason'] === 'Unhealthy' && message.startsWith('Readiness probe') && /deadline exceeded|timeout|timed out/i.test(message);
  });
  const count = events.reduce((sum, event) => sum + (number(record(event['series'])['count']) ?? number(event['count']) ?? 1), 0);
  return count >= FEWEST ? [{pod, count}] : [];
}
