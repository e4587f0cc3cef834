import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const unschedulable = unreadyRule({
  code: 'KIA0205',
  name: 'PodsUnschedulable',
  cause: 'unschedulable',
  summary: 'Selected pods find no node, so that they have no address.',
  why: 'No node has the room that they ask for, or their selectors, affinities, tolerations or volumes allow none. A pod without an address cannot be an endpoint.',
  remedy: 'Read what the scheduler says about each node; lower what the pods ask for, or make room.',
  does: 'are on no node',
  doesOne: 'is on no node',
  fix: (_, service, [first]) => `see what the scheduler says: ${kubectl(service.namespace, 'describe', 'pod', first?.pod.name ?? '')}`,
});
