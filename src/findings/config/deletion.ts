import type {Rule} from '../rule.ts';
import {names, patchService, span} from '../words.ts';

/** How long a load balancer may take to be taken down. */
const PATIENCE_MS = 120_000;

export const deletionBlocked: Rule = {
  code: 'KIA0914',
  name: 'DeletionBlocked',
  severity: 'warning',
  certainty: 'proven',
  summary: 'The Service is being deleted, but waits for a finalizer.',
  why: 'The controller that set the finalizer must take it away when it has cleaned up, as a rule a load balancer in the cloud. If it is gone, the Service stays for ever.',
  remedy: 'Bring the controller back; or remove the finalizer, knowing that a load balancer may be left over.',
  needs: [],
  live: true,
  *check(facts, service) {
    const finalizers = facts.view.objects.get(`Service/${service.namespace}/${service.name}`)?.metadata?.finalizers ?? [];
    if (service.deletedAt === null || finalizers.length === 0) return;
    const age = facts.nowMs === null ? null : facts.nowMs - Date.parse(service.deletedAt);
    if (age !== null && age < PATIENCE_MS) return;
    yield {
      message: `it is being deleted${age === null || Number.isNaN(age) ? '' : ` since ${span(age)}`} and waits for ${names(finalizers)}`,
      evidence: [`metadata.deletionTimestamp: ${service.deletedAt}`],
      field: 'metadata.finalizers',
      remedy: `if its controller is gone for good: ${patchService(service, {metadata: {finalizers: null}})}`,
    };
  },
};
