import {connectionsTo, triedLine} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {count, lines, portName} from '../words.ts';

export const loopbackOnly: Rule = {
  code: 'KIA0312',
  name: 'AnswersOnLoopbackOnly',
  severity: 'error',
  certainty: 'proven',
  observes: true,
  summary: "The program answers on the pod's loopback, but not at the pod's address.",
  why: 'A program bound to 127.0.0.1 is reached from within the pod and by kubectl port-forward, which begins there, but by nobody else.',
  remedy: 'Let it listen on 0.0.0.0, or [::] for both families.',
  needs: [],
  live: true,
  *check(facts, service) {
    for (const port of service.ports) {
      const tried = connectionsTo(facts, service, port, 'endpoint');
      const inside = new Set(
        connectionsTo(facts, service, port, 'loopback').flatMap(({outcome, pod}) => (outcome === 'connected' ? [pod] : [])),
      );
      const closed = tried.filter(({outcome, pod}) => (outcome === 'refused' || outcome === 'failed') && pod !== null && inside.has(pod));
      const [first] = closed;
      if (first === undefined) continue;
      yield {
        message: `port ${portName(port)}: ${closed.length} of ${count(tried.length, 'endpoint')} answer${closed.length === 1 ? 's' : ''} on ${first.dialed} at the pod's loopback only`,
        severity: closed.length === tried.length ? 'error' : 'warning',
        ...(closed.some(({outcome}) => outcome === 'refused') ? {} : {certainty: 'possible' as const}),
        evidence: lines([...closed.map(triedLine), `within the pod (port-forward): connected to 127.0.0.1:${first.dialed}`]),
        remedy: `let the program listen on 0.0.0.0:${first.dialed} (or [::]:${first.dialed}) in place of the loopback address`,
      };
    }
  },
};
