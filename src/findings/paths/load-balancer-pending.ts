import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {patchService, span} from '../words.ts';
import {failureEvent, isPending, waitingHolders} from './pending.ts';

/** How long a load balancer may take before it counts as missing: what clouds commonly need. */
const PATIENCE_MS = 120_000;

export const loadBalancerPending: Rule = {
  code: 'KIA0401',
  name: 'LoadBalancerPending',
  severity: 'error',
  certainty: 'proven',
  summary: 'A Service of type LoadBalancer has been given no address.',
  why: 'Kubernetes has no load balancer of its own: a controller of the cloud, or one such as MetalLB, must act on the Service and write its address into the status. None has, or none that takes its loadBalancerClass.',
  remedy: 'Install a load balancer controller, correct the loadBalancerClass, or use type NodePort.',
  needs: [],
  live: true,
  *check(facts, service) {
    if (!isPending(service) || failureEvent(facts, service) !== null || waitingHolders(facts, service).length > 0) return;
    const age = ageOf(facts, service);
    const young = age !== null && age < PATIENCE_MS;
    yield {
      message: `no controller has given it an address${age === null ? '' : ` in ${span(age)}`}; it cannot be reached through a load balancer`,
      severity: young ? 'info' : 'error',
      field: 'status.loadBalancer.ingress',
      evidence: [
        service.loadBalancerClass === null
          ? 'no loadBalancerClass: the default controller should act'
          : `loadBalancerClass: ${service.loadBalancerClass}`,
        facts.events('Service', service.namespace, service.name).length === 0
          ? 'no Event tells of an attempt'
          : 'its Events tell of no failure',
      ],
      remedy: young
        ? 'wait a minute, then check again'
        : `install a load balancer controller, or: ${patchService(service, {spec: {type: 'NodePort'}})}`,
    };
  },
};

function ageOf(facts: Facts, service: Service): number | null {
  const created = Date.parse(service.createdAt ?? '');
  return facts.nowMs === null || Number.isNaN(created) ? null : facts.nowMs - created;
}
