import type {KubernetesObject, NamespacedName, ObjectRef, Service} from '../../model/index.ts';
import {type Json, list, number, record, text} from '../../view/index.ts';
import type {Facts} from '../facts.ts';
import {grouped, lazilyOf} from '../lazily.ts';
import {refOf} from '../rule.ts';

/** A Service that an Ingress or a route of the Gateway API sends to. */
export interface Backend {
  readonly from: ObjectRef;
  readonly service: NamespacedName;
  /** The Service's port; null where none is named. */
  readonly port: number | string | null;
  readonly field: string;
}

const ROUTE_KINDS = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'] as const;

export interface Backends {
  readonly all: readonly Backend[];
  /** Those that name one Service. */
  readonly to: (service: NamespacedName) => readonly Backend[];
}

/** The backends of all Ingresses of a view. */
export const ingressBackends = lazilyOf((facts: Facts) => indexed(facts.objects('Ingress').flatMap(backendsOfIngress)));

/** The backends of all routes of the Gateway API of a view. */
export const routeBackends = lazilyOf((facts: Facts) =>
  indexed(ROUTE_KINDS.flatMap((kind) => facts.objects(kind)).flatMap(backendsOfRoute)),
);

/** What sends to a Service over HTTP: `Ingress web`. */
export function proxiesOf(facts: Facts, service: NamespacedName): readonly string[] {
  const backends = [...ingressBackends(facts).to(service), ...routeBackends(facts).to(service)];
  return [...new Set(backends.map(({from}) => `${from.kind} ${from.name}`))];
}

function indexed(all: readonly Backend[]): Backends {
  const groups = grouped(all, ({service}) => `${service.namespace}/${service.name}`);
  return {all, to: ({namespace, name}) => groups.get(`${namespace}/${name}`) ?? []};
}

/** Whether the Service has the port that a backend names. */
export function hasPort(service: Service, port: Backend['port']): boolean {
  return port === null || service.ports.some((own) => own.port === port || (own.name !== '' && own.name === port));
}

function backendsOfIngress(ingress: KubernetesObject): readonly Backend[] {
  const spec = record(ingress['spec']);
  const found: Backend[] = [];
  const add = (backend: unknown, field: string) => {
    const service = record(record(backend)['service']);
    const name = text(service['name']);
    const port = record(service['port']);
    if (name !== null) {
      const namespace = ingress.metadata?.namespace ?? 'default';
      found.push({from: refOf(ingress), service: {namespace, name}, port: number(port['number']) ?? text(port['name']), field});
    }
  };
  add(spec['defaultBackend'], 'spec.defaultBackend');
  list(spec['rules']).forEach((rule, ruleIndex) => {
    list(record(rule['http'])['paths']).forEach((path, pathIndex) => {
      add(path['backend'], `spec.rules[${ruleIndex}].http.paths[${pathIndex}].backend`);
    });
  });
  return found;
}

function backendsOfRoute(route: KubernetesObject): readonly Backend[] {
  return list(record(route['spec'])['rules']).flatMap((rule, ruleIndex) =>
    list(rule['backendRefs']).flatMap((backend: Json, index) => {
      const name = text(backend['name']);
      if (name === null || (text(backend['kind']) ?? 'Service') !== 'Service' || (text(backend['group']) ?? '') !== '') return [];
      const namespace = text(backend['namespace']) ?? route.metadata?.namespace ?? 'default';
      return [
        {
          from: refOf(route),
          service: {namespace, name},
          port: number(backend['port']),
          field: `spec.rules[${ruleIndex}].backendRefs[${index}]`,
        },
      ];
    }),
  );
}
