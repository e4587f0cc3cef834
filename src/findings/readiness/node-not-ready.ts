import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const nodeNotReady = unreadyRule({
  code: 'KIA0209',
  name: 'PodsOnNodeNotReady',
  cause: 'node-not-ready',
  summary: 'Selected pods are unready because their node is.',
  why: 'The node has stopped posting its status, or says that it is not ready. Its pods are marked not ready, and after five minutes they are evicted.',
  remedy: 'Look at the node; drain it if it does not come back.',
  does: 'are on a node that is not ready',
  doesOne: 'is on a node that is not ready',
  fix: (_, __, [first]) => `look at the node: ${kubectl('', 'describe', 'node', first?.pod.nodeName ?? '')}`,
});
