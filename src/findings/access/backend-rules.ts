import type {Facts} from '../facts.ts';
import type {Found, Rule} from '../rule.ts';
import {kubectl, names, portName} from '../words.ts';
import {type Backend, hasPort, ingressBackends, routeBackends} from './backends.ts';

export const ingressServiceMissing: Rule = {
  code: 'KIA0805',
  name: 'IngressServiceMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'An Ingress sends to a Service that does not exist.',
  why: 'A backend names a Service of the namespace of the Ingress. Where there is none, the controller answers with an error, 502 or 503 as a rule.',
  remedy: 'Correct the name, or create the Service.',
  needs: ['ingresses'],
  live: false,
  *sweep(facts) {
    yield* missing(facts, ingressBackends(facts).all);
  },
};

export const ingressPortMissing: Rule = {
  code: 'KIA0806',
  name: 'IngressPortMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'An Ingress sends to a port that the Service does not have.',
  why: "The backend's port is the Service's port, by number or name, not the target port of the pods.",
  remedy: "Name one of the Service's ports.",
  needs: ['ingresses'],
  live: false,
  *check(facts, service) {
    for (const backend of ingressBackends(facts).to(service)) {
      if (service.type === 'ExternalName' || hasPort(service, backend.port)) continue;
      yield wrongPort(backend, service);
    }
  },
};

export const routeServiceMissing: Rule = {
  code: 'KIA0807',
  name: 'RouteServiceMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'A route of the Gateway API sends to a Service that does not exist.',
  why: 'A backendRef names a Service of the namespace of the route, unless it says another. Requests that it should get are answered with 500.',
  remedy: 'Correct the name or the namespace, or create the Service.',
  needs: ['httproutes', 'grpcroutes'],
  live: false,
  *sweep(facts) {
    yield* missing(facts, routeBackends(facts).all);
  },
};

export const routePortMissing: Rule = {
  code: 'KIA0808',
  name: 'RoutePortMissing',
  severity: 'error',
  certainty: 'proven',
  summary: 'A route of the Gateway API sends to a port that the Service does not have.',
  why: "The port of a backendRef is the Service's port, not the target port of the pods.",
  remedy: "Name one of the Service's ports.",
  needs: ['httproutes', 'grpcroutes'],
  live: false,
  *check(facts, service) {
    for (const backend of routeBackends(facts).to(service)) {
      if (!hasPort(service, backend.port)) yield wrongPort(backend, service);
    }
  },
};

/** Only of namespaces whose Services were read: those that have any. */
function* missing(facts: Facts, backends: readonly Backend[]): Generator<Found> {
  for (const {from, service, field} of backends) {
    if (facts.view.services.has(`${service.namespace}/${service.name}`)) continue;
    const here = facts.servicesIn(service.namespace).map((known) => known.name);
    if (here.length === 0 && from.namespace !== service.namespace) continue;
    yield {
      object: from,
      message: `it sends to Service ${service.name}, which does not exist in namespace ${service.namespace}`,
      evidence: [here.length === 0 ? 'the namespace has no Services' : `the namespace has: ${names(here)}`],
      field,
      remedy: `correct the name: ${kubectl(from.namespace, 'edit', from.kind.toLowerCase(), from.name)}`,
    };
  }
}

function wrongPort(backend: Backend, service: Parameters<typeof hasPort>[0]): Found {
  const target = service.ports.find((port) => port.targetPort === backend.port);
  return {
    object: backend.from,
    message: `it sends to port ${backend.port} of Service ${service.name}, which has ${names(service.ports.map(portName))}${target ? ` (${backend.port} is its targetPort)` : ''}`,
    evidence: [`${backend.field}: Service ${service.name}, port ${backend.port}`],
    field: backend.field,
    remedy: `name port ${(target ?? service.ports[0])?.port ?? ''}: ${kubectl(backend.from.namespace, 'edit', backend.from.kind.toLowerCase(), backend.from.name)}`,
  };
}
