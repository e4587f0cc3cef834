import {eventTime} from '../../endpoints/index.ts';
import type {Pod, Service} from '../../model/index.ts';
import {text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';

/** Whether a load balancer is asked for and has no address yet. */
export function isPending(service: Service): boolean {
  return service.type === 'LoadBalancer' && service.ingress.length === 0 && service.deletedAt === null;
}

const FAILURES = new Set([
  'SyncLoadBalancerFailed',
  'AllocationFailed',
  'CreatingLoadBalancerFailed',
  'FailedDeployModel',
  'FailedBuildModel',
]);

/** The last thing that a load balancer controller says, if it is a failure. */
export function failureEvent(
  facts: Facts,
  service: Service,
): {readonly reason: string; readonly message: string; readonly time: string} | null {
  const last = facts.events('Service', service.namespace, service.name).findLast((event) => FAILURES.has(text(event['reason']) ?? ''));
  return last === undefined ? null : {reason: text(last['reason']) ?? '', message: text(last['message']) ?? '', time: eventTime(last)};
}

/** What k3s' load balancer puts on the pods that hold the host ports of a Service. */
const HOLDER = 'svccontroller.k3s.cattle.io/svcname';

/** The pods of k3s' load balancer for a Service, where all of them wait for a node with a free port. */
export function waitingHolders(facts: Facts, service: Service): readonly Pod[] {
  const holders = ['kube-system', service.namespace].flatMap((namespace) => facts.withLabel(namespace, HOLDER, service.name));
  const waiting = holders.filter((pod) => pod.phase === 'Pending');
  return waiting.length < holders.length ? [] : waiting;
}
