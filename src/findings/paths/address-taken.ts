import {canonicalIP} from '../../ip/index.ts';
import type {Service} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import type {Rule} from '../rule.ts';
import {names, patchService} from '../words.ts';

export const addressTaken: Rule = {
  code: 'KIA0415',
  name: 'AddressClaimedTwice',
  severity: 'error',
  certainty: 'proven',
  summary: 'Two Services claim the same address and port.',
  why: 'kube-proxy can send an address and port to one Service only; which of the two wins is left to chance.',
  remedy: 'Give one of them another address or port.',
  needs: [],
  live: false,
  *check(facts, service) {
    for (const address of [...service.externalIPs, ...service.ingress.flatMap((ingress) => ingress.ip ?? [])]) {
      const other = rival(facts, service, address);
      if (other === null) continue;
      const ports = shared(service, other);
      yield {
        message: `${address} port ${names(ports)} is claimed by Service ${other.namespace}/${other.name} too`,
        evidence: [`${other.namespace}/${other.name} has the address ${address} as well`],
        field: service.externalIPs.includes(address) ? 'spec.externalIPs' : 'status.loadBalancer.ingress',
        remedy: service.externalIPs.includes(address)
          ? patchService(service, {spec: {externalIPs: service.externalIPs.filter((ip) => ip !== address)}})
          : 'let the load balancer controller give one of them another address',
      };
    }
  },
};

/** Of the two the one that stands behind in order is told. */
function rival(facts: Facts, service: Service, address: string): Service | null {
  const own = `${service.namespace}/${service.name}`;
  for (const key of facts.view.servicesByIP.get(canonicalIP(address) ?? address) ?? []) {
    const other = facts.view.services.get(key);
    if (key < own && other !== undefined && shared(service, other).length > 0) return other;
  }
  return null;
}

function shared(a: Service, b: Service): readonly string[] {
  const ports = new Set(b.ports.map((port) => `${port.port}/${port.protocol}`));
  return a.ports.map((port) => `${port.port}/${port.protocol}`).filter((port) => ports.has(port));
}
