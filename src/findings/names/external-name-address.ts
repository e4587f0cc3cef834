import {canonicalIP, familyOf} from '../../ip/index.ts';
import type {Rule} from '../rule.ts';
import {kubectl} from '../words.ts';

export const externalNameAddress: Rule = {
  code: 'KIA0601',
  name: 'ExternalNameIsAddress',
  severity: 'error',
  certainty: 'proven',
  summary: 'externalName is an IP address, which no alias may lead to.',
  why: 'An ExternalName Service is a DNS alias (CNAME) to another name. The API accepts an address there, but DNS takes it for a name of digits and answers NXDOMAIN.',
  remedy: 'Use a Service without selector, and an EndpointSlice with the address.',
  needs: [],
  live: false,
  *check(_, service) {
    const name = service.externalName?.replace(/\.$/, '') ?? '';
    if (canonicalIP(name) === null) return;
    yield {
      message: `externalName ${service.externalName} is an address; its name resolves to nothing`,
      evidence: [`spec.externalName: ${service.externalName}`],
      field: 'spec.externalName',
      remedy: `replace it by a Service without selector and an EndpointSlice (addressType ${familyOf(name)}) with ${name}, after: ${kubectl(service.namespace, 'delete', 'service', service.name)}`,
    };
  },
};
