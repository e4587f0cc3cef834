import type {Rule} from '../rule.ts';
import {kubectl, lines} from '../words.ts';

export const onlyTerminating: Rule = {
  code: 'KIA0211',
  name: 'OnlyTerminatingPods',
  severity: 'error',
  certainty: 'proven',
  summary: 'All pods that the selector matches are being deleted.',
  why: 'kube-proxy sends traffic to terminating pods that still serve when nothing else is left; once they end, the Service has no endpoint.',
  remedy: 'See what should replace the pods.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    const pods = facts.selected(service).filter((pod) => pod.phase !== 'Succeeded' && pod.phase !== 'Failed');
    if (pods.length === 0 || pods.some((pod) => pod.deletedAt === null)) return;
    const serving = pods.filter((pod) => pod.ready);
    yield {
      message:
        serving.length > 0
          ? `all its pods are being deleted; ${serving.length} of ${pods.length} still serve${serving.length === 1 ? 's' : ''} as the last resort`
          : 'all its pods are being deleted and none serves any more',
      severity: serving.length > 0 ? 'warning' : 'error',
      evidence: lines(pods.map((pod) => `pod ${pod.name}: deletion timestamp ${pod.deletedAt}, ${pod.ready ? 'ready' : 'not ready'}`)),
      remedy: `see whether others are coming: ${kubectl(service.namespace, 'get', 'deployments,statefulsets,daemonsets')}`,
    };
  },
};
