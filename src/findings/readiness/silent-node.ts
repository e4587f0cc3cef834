import type {Rule} from '../rule.ts';
import {kubectl, lines} from '../words.ts';

export const silentNode: Rule = {
  code: 'KIA0223',
  name: 'ReadyEndpointsOnSilentNode',
  severity: 'warning',
  certainty: 'proven',
  summary: 'Endpoints count as ready though their node is not.',
  why: 'When a node falls silent, it takes the node controller up to its grace period (40 to 50 s) to mark the pods as not ready. Until then connections still go there and time out.',
  remedy: 'Look at the node.',
  needs: ['nodes', 'endpointslices'],
  live: true,
  *check(facts, service) {
    if (service.publishNotReadyAddresses) return;
    const doubtful = facts.endpoints(service).filter((endpoint) => {
      const node = facts.view.nodes.get(endpoint.node ?? '');
      return endpoint.ready && endpoint.pod !== null && node !== undefined && !node.ready;
    });
    const [first] = doubtful;
    if (first === undefined) return;
    yield {
      message: `${doubtful.length} ready ${doubtful.length === 1 ? 'endpoint is' : 'endpoints are'} on a node that is not ready: connections there may time out`,
      evidence: lines(doubtful.map((endpoint) => `${endpoint.address} (${endpoint.pod}): node ${endpoint.node} is not ready`)),
      remedy: `look at the node: ${kubectl('', 'describe', 'node', first.node ?? '')}`,
    };
  },
};
