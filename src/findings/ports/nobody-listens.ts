import type {ConnectionObservation, Service, ServicePort} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {connectionsTo, triedLine} from '../observed.ts';
import type {Found, Rule} from '../rule.ts';
import {count, kubectl, lines, names, portName, replaceInService} from '../words.ts';
import {portField} from './resolve.ts';

export const nobodyListens: Rule = {
  code: 'KIA0311',
  name: 'NobodyListens',
  severity: 'error',
  certainty: 'proven',
  observes: true,
  summary: 'Endpoints refuse connections to the target port.',
  why: 'targetPort is used as it is, and a port that a container declares is no more than a remark: where no program listens, connections are refused.',
  remedy: 'Set targetPort to the port on which the program listens, or let the program listen on it.',
  needs: ['pods'],
  live: true,
  *check(facts, service) {
    for (const port of service.ports) {
      const tried = connectionsTo(facts, service, port, 'endpoint');
      const closed = refusals(facts, service, port);
      if (closed.length > 0) yield found(facts, service, port, tried, closed);
    }
  },
};

/** The endpoints that refuse, without those whose program listens on the pod's loopback: that is a finding of its own. */
function refusals(facts: Facts, service: Service, port: ServicePort): readonly ConnectionObservation[] {
  const loopback = connectionsTo(facts, service, port, 'loopback').filter(({outcome}) => outcome === 'connected');
  const inside = new Set(loopback.map(({pod}) => pod));
  return connectionsTo(facts, service, port, 'endpoint').filter(
    ({outcome, pod}) => (outcome === 'refused' || outcome === 'failed') && !(pod !== null && inside.has(pod)),
  );
}

function found(
  facts: Facts,
  service: Service,
  port: ServicePort,
  tried: readonly ConnectionObservation[],
  closed: readonly ConnectionObservation[],
): Found {
  const numbers = names([...new Set(closed.map(({dialed}) => String(dialed)))]);
  const answering = answeringPorts(facts, service, port);
  const instead = answering.length === 0 ? '' : `; ${names(answering.map(String))} ${answering.length === 1 ? 'does' : 'do'}`;
  const proven = closed.some(({outcome}) => outcome === 'refused');
  return {
    message: `port ${portName(port)}: nothing answers on ${numbers} in ${closed.length} of ${count(tried.length, 'endpoint')}${instead}`,
    severity: closed.length === tried.length ? 'error' : 'warning',
    ...(proven ? {} : {certainty: 'possible' as const}),
    evidence: lines(closed.map(triedLine)),
    field: `${portField(service, port)}.targetPort`,
    remedy: remedyFor(service, port, closed, answering),
  };
}

/** Other ports that the pods declare, and that answer. */
function answeringPorts(facts: Facts, service: Service, port: ServicePort): readonly number[] {
  const open = connectionsTo(facts, service, port, 'declared-port').filter(({outcome}) => outcome === 'connected');
  return [...new Set(open.map(({dialed}) => dialed))].sort((a, b) => a - b);
}

function remedyFor(service: Service, port: ServicePort, closed: readonly ConnectionObservation[], answering: readonly number[]): string {
  const [only] = answering;
  if (only !== undefined && answering.length === 1 && typeof port.targetPort === 'number') {
    return replaceInService(service, `/spec/ports/${service.ports.indexOf(port)}/targetPort`, only);
  }
  const pod = closed[0]?.pod ?? null;
  return pod === null
    ? 'see that the program runs at the address of the slice, on that port'
    : `see on which port the program listens: ${kubectl(service.namespace, 'logs', pod, '--all-containers')}`;
}
