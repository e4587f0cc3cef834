import {whyNotReady} from '../../endpoints/index.ts';
import type {Rule} from '../rule.ts';
import {names} from '../words.ts';
import {isPending, waitingHolders} from './pending.ts';

export const serviceLbPort: Rule = {
  code: 'KIA0403',
  name: 'ServiceLbPortTaken',
  severity: 'error',
  certainty: 'proven',
  summary: "k3s' load balancer finds no node whose port is free.",
  why: 'ServiceLB opens the port of the Service on the nodes themselves. Where another pod holds it (Traefik holds 80 and 443 in k3s), its pods stay Pending and the Service gets no address.',
  remedy: 'Choose another port, or disable what holds it.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    if (!isPending(service)) return;
    const waiting = waitingHolders(facts, service);
    if (waiting.length === 0) return;
    const why = waiting.map((pod) => whyNotReady(facts.view, pod)?.detail ?? 'Pending');
    yield {
      message: `no node has port ${names(service.ports.map((port) => String(port.port)))} free for the load balancer of k3s`,
      evidence: waiting.slice(0, 3).map((pod, index) => `pod ${pod.name}: ${why[index]}`),
      field: 'spec.ports',
      remedy: `choose other ports, or see what holds them: kubectl get pods -A -o wide`,
    };
  },
};
