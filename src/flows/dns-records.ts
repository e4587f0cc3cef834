import type {ObjectSource} from '../kube/index.ts';
import type {DnsRecordsResult} from '../model/index.ts';
import type {ScopeFlags} from './list-services.ts';
import {pickServices, readView, serviceName} from './read-view.ts';

/** The records of the named Services, or of all in scope. */
export async function listRecords(
  source: ObjectSource,
  names: readonly string[],
  flags: Omit<ScopeFlags, 'watch'>,
): Promise<DnsRecordsResult> {
  const [{records}, {servicesOf}, {matchesSelectorText}] = await Promise.all([
    import('../dns/index.ts'),
    import('../inspect/index.ts'),
    import('../endpoints/index.ts'),
  ]);
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  const wanted = names.map(serviceName);
  const {view} = await readView(source, {
    namespace,
    services: wanted,
    labelSelector: flags.selector,
    pods: false,
    nodes: false,
    events: false,
  });
  const chosen = wanted.length > 0 ? pickServices(view, namespace, wanted) : servicesOf(view, namespace);
  const services = chosen.filter((service) => flags.selector === undefined || matchesSelectorText(flags.selector, service.labels));
  const zone = view.options.clusterDomain;
  const suffixes = services.map((service) => `${service.name}.${service.namespace}.svc.${zone}`);
  const belongs = (name: string) => suffixes.some((suffix) => name === suffix || name.endsWith(`.${suffix}`));
  // an address of two Services has a PTR record of each: one belongs to the Service that its target names
  const own = records(view, {services}).filter((record) => belongs(record.type === 'PTR' ? record.data : record.name));
  return {zone, records: [...new Map(own.map((record) => [`${record.name} ${record.type} ${record.data}`, record])).values()]};
}
