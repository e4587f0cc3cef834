import type {Rule} from '../rule.ts';
import {lines, patchService} from '../words.ts';

export const readinessIgnored: Rule = {
  code: 'KIA0218',
  name: 'UnreadyPodsPublished',
  severity: 'warning',
  certainty: 'proven',
  summary: 'Pods that are not ready get traffic, as publishNotReadyAddresses is set.',
  why: 'The field makes every endpoint ready, whatever its pod says. It is there for peers that must find each other before they are ready, through a headless Service; clients should not be sent to such pods.',
  remedy: 'Take the field away, and make a headless Service with it for the peers.',
  needs: ['pods', 'endpointslices'],
  live: true,
  *check(facts, service) {
    if (!service.publishNotReadyAddresses || service.headless) return;
    const wrong = facts.endpoints(service).filter((endpoint) => {
      const pod = facts.view.pods.get(`${service.namespace}/${endpoint.pod ?? ''}`);
      return endpoint.ready && pod !== undefined && (!pod.ready || pod.deletedAt !== null);
    });
    if (wrong.length === 0) return;
    yield {
      message: `${wrong.length} of ${facts.endpoints(service).length} endpoints get traffic though their pods are not ready (publishNotReadyAddresses)`,
      evidence: lines(wrong.map((endpoint) => `${endpoint.address}: listed as ready, pod ${endpoint.pod} is not`)),
      field: 'spec.publishNotReadyAddresses',
      remedy: patchService(service, {spec: {publishNotReadyAddresses: false}}),
    };
  },
};
