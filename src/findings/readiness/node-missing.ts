import type {Rule} from '../rule.ts';
import {kubectl, lines} from '../words.ts';
import {candidates} from './classify.ts';

export const nodeMissing: Rule = {
  code: 'KIA0213',
  name: 'PodsOfMissingNode',
  severity: 'error',
  certainty: 'proven',
  summary: 'Selected pods name a node that does not exist, and are left out of the endpoints.',
  why: 'The EndpointSlice controller takes the zone of an endpoint from its Node, and leaves a pod out until that is there (unless publishNotReadyAddresses is set). It stays so after a node was deleted without its pods.',
  remedy: 'Register the node again, or delete the pods.',
  needs: ['pods', 'nodes'],
  live: true,
  *check(facts, service) {
    if (service.publishNotReadyAddresses || facts.view.nodes.size === 0) return;
    const all = candidates(facts, service);
    const lost = all.filter((pod) => pod.nodeName !== null && !facts.view.nodes.has(pod.nodeName));
    if (lost.length === 0) return;
    const others = all.some((pod) => pod.ready && !lost.includes(pod));
    yield {
      message: `${lost.length} of its pods ${lost.length === 1 ? 'is' : 'are'} on a node that does not exist, and ${lost.length === 1 ? 'is' : 'are'} no endpoint${others ? '' : '; there is no other'}`,
      severity: others ? 'warning' : 'error',
      evidence: lines(lost.map((pod) => `pod ${pod.name}: there is no node ${pod.nodeName}`)),
      remedy: kubectl(service.namespace, 'delete', 'pod', ...lost.slice(0, 5).map((pod) => pod.name)),
    };
  },
};
