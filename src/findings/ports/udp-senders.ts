import type {Pod} from '../../model/index.ts';
import {candidates} from '../readiness/classify.ts';
import type {Rule} from '../rule.ts';
import {lines, names, portName, span} from '../words.ts';

/** Younger pods than that are called new. */
const NEW_MS = 60 * 60_000;
/** So much older than its pods is a Service that had others before. */
const OLDER_MS = 5 * 60_000;

export const udpSenders: Rule = {
  code: 'KIA0317',
  name: 'UdpSendersMayStay',
  severity: 'info',
  certainty: 'possible',
  advice: true,
  summary: 'All pods behind a UDP port are new: senders that keep their socket may still send to the old ones.',
  why: 'The kernel remembers where the datagrams of a socket went (conntrack), and a busy sender renews that. kube-proxy forgets old entries when an endpoint goes away, but some versions do not when a Service loses its last endpoint for a while.',
  remedy: 'Restart senders that get no answer, or let them open a new socket now and then; let new pods be ready before the old ones go.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    const ports = service.ports.filter((port) => port.protocol === 'UDP');
    const {nowMs} = facts;
    if (ports.length === 0 || nowMs === null || service.headless || service.type === 'ExternalName') return;
    const pods = candidates(facts, service).filter((pod) => pod.ready);
    const born = pods.map((pod) => Date.parse(pod.createdAt ?? ''));
    const since = Math.min(...born);
    const before = since - Date.parse(service.createdAt ?? '');
    if (pods.length === 0 || !(nowMs - since < NEW_MS) || !(before > OLDER_MS)) return;
    yield {
      message: `its oldest ready pod is ${span(nowMs - since)} old; UDP senders that keep their socket may still send to earlier pods`,
      evidence: lines([
        `UDP: port ${names(ports.map(portName))}`,
        ...pods.map((pod: Pod) => `pod ${pod.name} is ${ageOf(pod, nowMs)} old`),
      ]),
      remedy: 'restart senders that get no answer',
    };
  },
};

function ageOf(pod: Pod, nowMs: number): string {
  return span(nowMs - Date.parse(pod.createdAt ?? ''));
}
