import type {ObjectSource} from '../kube/index.ts';
import type {EndpointsListResult} from '../model/index.ts';
import type {ScopeFlags} from './list-services.ts';
import {pickServices, readView, serviceName} from './read-view.ts';

/** The endpoints of the named Services, or of all in scope, and the pods that are none with the first rule that each fails. */
export async function listEndpoints(
  source: ObjectSource,
  names: readonly string[],
  flags: Omit<ScopeFlags, 'watch'>,
): Promise<EndpointsListResult> {
  const [{endpointStatuses, matchesSelectorText, notEndpoints}, {servicesOf}] = await Promise.all([
    import('../endpoints/index.ts'),
    import('../inspect/index.ts'),
  ]);
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  const wanted = names.map(serviceName);
  const {view} = await readView(source, {
    namespace,
    services: wanted,
    labelSelector: flags.selector,
    pods: true,
    nodes: true,
    events: true,
  });
  const chosen = wanted.length > 0 ? pickServices(view, namespace, wanted) : servicesOf(view, namespace);
  const services = chosen.filter((service) => flags.selector === undefined || matchesSelectorText(flags.selector, service.labels));
  return {
    endpoints: services.flatMap((service) => endpointStatuses(view, service)),
    notEndpoints: services.flatMap((service) =>
      notEndpoints(view, service).map((entry) => ({
        ...entry,
        service: {kind: 'Service', namespace: service.namespace, name: service.name},
      })),
    ),
  };
}
