import {isUsable} from '../paths/local-nodes.ts';
import type {Rule} from '../rule.ts';
import {names} from '../words.ts';

/** Below this ratio between nodes unevenness is not worth a word. */
const RATIO = 2;

export const unevenLocal: Rule = {
  code: 'KIA0512',
  name: 'LocalSharesUneven',
  severity: 'info',
  certainty: 'possible',
  summary: 'With externalTrafficPolicy Local, pods on crowded nodes get less than others.',
  why: 'A load balancer shares out among nodes, not pods. Where one node has three pods and another one, the single pod gets three times as much as each of the others.',
  remedy: 'Spread the pods evenly over the nodes.',
  needs: ['endpointslices'],
  live: true,
  *check(facts, service) {
    if (service.type !== 'LoadBalancer' || service.externalTrafficPolicy !== 'Local') return;
    const counts = new Map<string, number>();
    for (const endpoint of facts.endpoints(service).filter(isUsable)) {
      if (endpoint.node !== null) counts.set(endpoint.node, (counts.get(endpoint.node) ?? 0) + 1);
    }
    const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())];
    if (counts.size < 2 || most / least < RATIO) return;
    yield {
      message: `the load balancer shares out among nodes, which have ${least} to ${most} endpoints: some pods get up to ${most / least} times as much`,
      evidence: [names([...counts].map(([node, number]) => `${node} has ${number}`))],
      field: 'spec.externalTrafficPolicy',
      remedy: 'spread the pods: topologySpreadConstraints over kubernetes.io/hostname in the pod template',
    };
  },
};
