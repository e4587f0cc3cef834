import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const unready = unreadyRule({
  code: 'KIA0201',
  name: 'PodsNotReady',
  cause: 'unready',
  summary: 'Selected pods are not ready, and say no more than that.',
  why: 'Only a pod whose condition Ready is True becomes a ready endpoint.',
  remedy: "Look at the pod's conditions and Events.",
  does: 'are not ready',
  doesOne: 'is not ready',
  fix: (_, service, [first]) => `look at it: ${kubectl(service.namespace, 'describe', 'pod', first?.pod.name ?? '')}`,
});
