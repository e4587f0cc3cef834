import {familyOf} from '../../ip/index.ts';
import type {Rule} from '../rule.ts';
import {names, patchService} from '../words.ts';

export const clientAddress: Rule = {
  code: 'KIA0416',
  name: 'ClientAddressHidden',
  severity: 'info',
  certainty: 'proven',
  advice: true,
  summary: 'Pods see the address of a node in place of the client outside.',
  why: 'With externalTrafficPolicy Cluster any node may take a connection and send it on to a pod elsewhere; it puts its own address there so that the answer comes back the same way.',
  remedy:
    'If the client address is needed: externalTrafficPolicy Local, with a pod on every node that gets traffic, or the PROXY protocol.',
  needs: [],
  live: false,
  *check(_, service) {
    if (service.externalTrafficPolicy !== 'Cluster' || service.type === 'ClusterIP') return;
    yield {
      message: "clients from outside are seen with a node's address (externalTrafficPolicy Cluster)",
      field: 'spec.externalTrafficPolicy',
      remedy: patchService(service, {spec: {externalTrafficPolicy: 'Local'}}),
    };
  },
};

export const balancerFamily: Rule = {
  code: 'KIA0418',
  name: 'LoadBalancerLacksFamily',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The load balancer has no address of one of the families of the Service.',
  why: 'ipFamilies promises both, but the controller has given addresses of one only: many of them know only one family.',
  remedy: 'Use a load balancer controller that knows both, or a Service for each family.',
  needs: [],
  live: true,
  *check(_, service) {
    const ips = service.ingress.flatMap((ingress) => ingress.ip ?? []);
    if (service.type !== 'LoadBalancer' || ips.length === 0 || service.ingress.some((ingress) => ingress.hostname !== null)) return;
    const missing = service.ipFamilies.filter((family) => !ips.some((ip) => familyOf(ip) === family));
    if (missing.length === 0) return;
    yield {
      message: `its load balancer has no ${names(missing)} address, though ipFamilies has ${names(service.ipFamilies)}`,
      evidence: [`status.loadBalancer.ingress: ${names(ips)}`],
      field: 'status.loadBalancer.ingress',
      remedy: `if one family is enough: ${patchService(service, {spec: {ipFamilyPolicy: 'SingleStack', ipFamilies: service.ipFamilies.filter((family) => !missing.includes(family))}})}`,
    };
  },
};
