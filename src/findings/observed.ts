import type {ConnectionObservation, Observation, Service, ServicePort} from '../model/index.ts';
import type {Facts} from './facts.ts';

/** What was tried against this Service, of one kind. */
export function observedOf<Kind extends Observation['kind']>(
  facts: Facts,
  {namespace, name}: Service,
  kind: Kind,
): readonly Extract<Observation, {kind: Kind}>[] {
  return facts.observed.filter((observation): observation is Extract<Observation, {kind: Kind}> => {
    return observation.kind === kind && observation.service.namespace === namespace && observation.service.name === name;
  });
}

/** The connections that were tried to one sort of place for a port. */
export function connectionsTo(
  facts: Facts,
  service: Service,
  port: ServicePort,
  ...to: readonly ConnectionObservation['to'][]
): readonly ConnectionObservation[] {
  if (port.protocol !== 'TCP') return [];
  return observedOf(facts, service, 'connection').filter((tried) => tried.port === port.port && to.includes(tried.to));
}

/** Whether connections to the endpoints of a port were tried: what only manifests make likely is then not told. */
export function isTried(facts: Facts, service: Service, port: ServicePort): boolean {
  return connectionsTo(facts, service, port, 'endpoint').length > 0;
}

/** `10.244.1.3:8080 (web-1) from node/node-1: connection refused`. */
export function triedLine({address, dialed, pod, from, detail}: ConnectionObservation): string {
  const place = address.includes(':') ? `[${address}]:${dialed}` : `${address}:${dialed}`;
  return `${place}${pod === null ? '' : ` (${pod})`} from ${from}: ${detail}`;
}
