import {proxiesOf} from '../access/backends.ts';
import type {Rule} from '../rule.ts';
import {names, patchService} from '../words.ts';

export const affinityBehindProxy: Rule = {
  code: 'KIA0509',
  name: 'AffinityBehindProxy',
  severity: 'warning',
  certainty: 'possible',
  summary: 'sessionAffinity ClientIP, but clients come through a proxy or over several nodes.',
  why: 'Affinity is kept by each node for the source address that it sees. Behind an Ingress that is the proxy, if the proxy uses the Service at all; behind a load balancer that spreads over nodes each node chooses anew.',
  remedy: 'Let the Ingress keep sessions by a cookie; for a load balancer, let that one keep them.',
  needs: ['ingresses'],
  live: false,
  *check(facts, service) {
    if (service.affinitySeconds === null || service.headless) return;
    const proxies = proxiesOf(facts, service);
    const spread = service.type === 'LoadBalancer' && service.externalTrafficPolicy === 'Cluster';
    if (proxies.length === 0 && !spread) return;
    const through = proxies.length > 0 ? names(proxies) : 'a load balancer over all nodes';
    yield {
      message: `sessionAffinity ClientIP sees the address that reaches the node, and clients come through ${through}`,
      field: 'spec.sessionAffinity',
      remedy: `keep sessions in the proxy by a cookie, and: ${patchService(service, {spec: {sessionAffinity: 'None'}})}`,
    };
  },
};

export const affinityHeadless: Rule = {
  code: 'KIA0510',
  name: 'AffinityOfHeadless',
  severity: 'warning',
  certainty: 'proven',
  summary: 'sessionAffinity has no effect on a headless Service.',
  why: 'Affinity is the work of kube-proxy. A headless Service has no address for it to act on: clients choose among the answers of DNS themselves.',
  remedy: 'Remove it, or use a cluster IP.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.affinitySeconds === null || !service.headless) return;
    yield {
      message: 'sessionAffinity ClientIP has no effect: the Service is headless',
      field: 'spec.sessionAffinity',
      remedy: patchService(service, {spec: {sessionAffinity: 'None'}}),
    };
  },
};
