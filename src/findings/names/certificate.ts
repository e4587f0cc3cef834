import {observedOf} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {names} from '../words.ts';

export const certificateOfOther: Rule = {
  code: 'KIA0614',
  name: 'CertificateLacksServiceName',
  severity: 'warning',
  certainty: 'proven',
  observes: true,
  summary: 'The host behind an ExternalName Service shows a certificate that does not hold for the name of the Service.',
  why: 'The alias changes the address alone: a TLS client checks the certificate for the name that it was told to call, which is the name of the Service.',
  remedy: 'Use the real name in the client, or let it check the certificate for that name.',
  needs: [],
  live: true,
  *check(facts, service) {
    if (service.type !== 'ExternalName') return;
    for (const seen of observedOf(facts, service, 'certificate')) {
      if (seen.holds) continue;
      yield {
        message: `TLS clients that call it get a certificate for ${names(seen.names)}, not for ${service.name}`,
        evidence: [`${seen.address}:${seen.dialed}, asked from ${seen.from}`],
        field: 'spec.externalName',
        remedy: `call ${service.externalName} by its own name, or let the client check the certificate for that name`,
      };
    }
  },
};
