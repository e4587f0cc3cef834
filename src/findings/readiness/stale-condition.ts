import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const staleCondition = unreadyRule({
  code: 'KIA0217',
  name: 'ReadyConditionStale',
  cause: 'stale-condition',
  summary: 'Selected pods have ready containers but are not ready themselves.',
  why: 'ContainersReady is True, the pod has no readiness gate that is not met, and its node is ready: Ready should be True. After a node was away, the condition that the node controller set may not have been taken back.',
  remedy: 'Restart the pod, or the kubelet of its node.',
  does: 'have ready containers but are not marked ready',
  doesOne: 'has ready containers but is not marked ready',
  fix: (_, service, [first]) => `have it made anew: ${kubectl(service.namespace, 'delete', 'pod', first?.pod.name ?? '')}`,
});
