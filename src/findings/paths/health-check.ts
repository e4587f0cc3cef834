import {healthCheck} from '../../routing/index.ts';
import {observedOf} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines} from '../words.ts';

export const healthCheckDiffers: Rule = {
  code: 'KIA0420',
  name: 'HealthCheckPortDiffers',
  severity: 'warning',
  certainty: 'proven',
  observes: true,
  summary: 'A health check node port says something else than the endpoints of its node.',
  why: 'With externalTrafficPolicy Local a load balancer asks each node at the health check node port: 200 where a ready endpoint is, 503 elsewhere. A node that says otherwise gets traffic that it drops, or none though it could answer.',
  remedy: 'See that kube-proxy runs on that node and keeps up.',
  needs: ['endpointslices', 'nodes'],
  live: true,
  *check(facts, service) {
    const wrong = observedOf(facts, service, 'health-check').flatMap((seen) => {
      const expected = healthCheck(facts.view, service, seen.node);
      return expected === null || expected.status === seen.status ? [] : [{...seen, expected}];
    });
    const [first] = wrong;
    if (first === undefined) return;
    yield {
      message: `the health check node port ${first.expected.port} answers ${first.status} on ${first.node}, where ${first.expected.status} is right`,
      evidence: lines(
        wrong.map(({node, status, expected, from}) => `${node}: ${status} from ${from}; ready endpoints there: ${expected.localEndpoints}`),
      ),
      field: 'spec.healthCheckNodePort',
      remedy: `see that kube-proxy runs there: ${kubectl('kube-system', 'get', 'pods', '-l', 'k8s-app=kube-proxy', '-o', 'wide')}`,
    };
  },
};
