import {kubectl} from '../words.ts';
import {unreadyRule} from './unready-rule.ts';

export const gate = unreadyRule({
  code: 'KIA0207',
  name: 'ReadinessGateNotMet',
  cause: 'gate',
  summary: 'Selected pods wait for a readiness gate.',
  why: 'All their containers are ready, but spec.readinessGates names a condition that some controller outside the pod must set to True, and has not: often a load balancer controller that has not registered the pod. No probe is at fault.',
  remedy: 'Look at the controller that sets the condition, or remove the gate.',
  does: 'wait for a readiness gate',
  doesOne: 'waits for a readiness gate',
  fix: (_, service, [first]) =>
    `see the gate and its condition: ${kubectl(service.namespace, 'get', 'pod', first?.pod.name ?? '', '-o', 'wide')}`,
});
