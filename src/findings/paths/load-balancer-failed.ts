import type {Rule} from '../rule.ts';
import {kubectl} from '../words.ts';
import {failureEvent, isPending} from './pending.ts';

export const loadBalancerFailed: Rule = {
  code: 'KIA0402',
  name: 'LoadBalancerFailed',
  severity: 'error',
  certainty: 'proven',
  summary: 'The load balancer controller tried and failed.',
  why: 'A controller acts on the Service, but cannot give it an address: its pool is empty, a quota is reached, an address that was asked for is taken, or it lacks rights in the cloud. Its Event says which.',
  remedy: "Do what the Event's message asks for.",
  needs: [],
  live: true,
  *check(facts, service) {
    const failure = isPending(service) ? failureEvent(facts, service) : null;
    if (failure === null) return;
    yield {
      message: `the load balancer could not be made: ${failure.message}`,
      evidence: [`Event ${failure.reason}${failure.time === '' ? '' : ` at ${failure.time}`}: ${failure.message}`],
      field: 'status.loadBalancer.ingress',
      remedy: `see all its Events: ${kubectl(service.namespace, 'describe', 'service', service.name)}`,
    };
  },
};
