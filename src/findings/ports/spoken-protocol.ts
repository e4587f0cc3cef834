import type {ConnectionObservation, Service, ServicePort, Spoken} from '../../model/index.ts';
import type {Facts} from '../facts.ts';
import {connectionsTo} from '../observed.ts';
import type {Rule} from '../rule.ts';
import {kubectl, lines, portName, replaceInService} from '../words.ts';
import {type ExpectedProtocol, expectedProtocol} from './expected-protocol.ts';
import {portField} from './resolve.ts';

const NAMES: Readonly<Record<Spoken, string>> = {http: 'plain HTTP/1', http2: 'plain HTTP/2', tls: 'TLS', closed: 'nothing'};

export const otherProtocol: Rule = {
  code: 'KIA0314',
  name: 'SpeaksOtherProtocol',
  severity: 'warning',
  certainty: 'proven',
  observes: true,
  summary: 'Endpoints speak another protocol than the name or appProtocol of the port says.',
  why: 'Gateways, meshes and people take the protocol from appProtocol or the name of the port. Plain requests to a TLS port, or TLS to a plain one, end in 400, 502 or handshake errors.',
  remedy: 'Lead the port to where that protocol is spoken, or rename it and correct appProtocol.',
  needs: [],
  live: true,
  *check(facts, service) {
    for (const {port, expected, answers} of asked(facts, service)) {
      const wrong = answers.filter(({speaks}) => speaks !== null && speaks !== 'closed' && !expected.allowed.includes(speaks));
      const spoken = wrong[0]?.speaks ?? null;
      if (spoken === null) continue;
      yield {
        message: `port ${portName(port)} is said to speak ${expected.said}, but the pods answer with ${NAMES[spoken]}`,
        evidence: lines(wrong.map(({address, dialed, pod}) => `${pod ?? address}, port ${dialed}: ${NAMES[spoken]}`)),
        field: port.appProtocol === null ? `${portField(service, port)}.name` : `${portField(service, port)}.appProtocol`,
        remedy: `lead the port to where ${expected.said} is spoken, or say what is: ${say(service, port, spoken)}`,
      };
    }
  },
};

/** The command that states what was found to be spoken. */
function say(service: Service, port: ServicePort, spoken: Spoken): string {
  const value = {http: 'http', http2: 'kubernetes.io/h2c', tls: 'https', closed: 'tcp'}[spoken];
  const path = `/spec/ports/${service.ports.indexOf(port)}/appProtocol`;
  if (port.appProtocol !== null) return replaceInService(service, path, value);
  const patch = JSON.stringify([{op: 'add', path, value}]);
  return kubectl(service.namespace, 'patch', 'service', service.name, '--type=json', '-p', patch);
}

export const closesUnasked: Rule = {
  code: 'KIA0315',
  name: 'ClosesWithoutAnswer',
  severity: 'warning',
  certainty: 'possible',
  observes: true,
  summary: 'Endpoints take connections, and close them without an answer.',
  why: 'Something listens, but ends the connection at the first request: a program that waits for another protocol (a PROXY header, TLS with a client certificate), one that is shutting down, or a sidecar without a server behind it.',
  remedy: 'Read the log of the program, and see what it expects to be told first.',
  needs: [],
  live: true,
  *check(facts, service) {
    for (const {port, expected, answers} of asked(facts, service)) {
      const closed = answers.filter(({speaks}) => speaks === 'closed');
      const [first] = closed;
      if (first === undefined || closed.length < answers.length) continue;
      yield {
        message: `port ${portName(port)}: the pods take connections, and close them without an answer to ${expected.said}`,
        evidence: lines(closed.map(({address, dialed, pod}) => `${pod ?? address}, port ${dialed}`)),
        field: portField(service, port),
        remedy:
          first.pod === null
            ? 'see what the program behind it expects to be told first'
            : `read its log: ${kubectl(service.namespace, 'logs', first.pod, '--all-containers')}`,
      };
    }
  },
};

interface Asked {
  readonly port: ServicePort;
  readonly expected: ExpectedProtocol;
  /** Of the endpoints that could be asked. */
  readonly answers: readonly ConnectionObservation[];
}

/** The ports that say what they speak, and what their endpoints were found to. */
function asked(facts: Facts, service: Service): readonly Asked[] {
  return service.ports.flatMap((port) => {
    const expected = expectedProtocol(port);
    const answers = connectionsTo(facts, service, port, 'endpoint').filter(({speaks}) => speaks !== null);
    return expected === null || answers.length === 0 ? [] : [{port, expected, answers}];
  });
}
