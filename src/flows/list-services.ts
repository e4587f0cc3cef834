import type {ObjectSource} from '../kube/index.ts';
import type {ServiceListResult} from '../model/index.ts';
import {readView} from './read-view.ts';
import {type ClusterSource, needsCluster} from './source.ts';
import {changesOf} from './watch-changes.ts';

export interface ScopeFlags {
  readonly namespace?: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly selector?: string | undefined;
  readonly watch: boolean;
}

/** The list of Services; with `watch` again after each change, until interrupted. */
export async function* listServices(source: ObjectSource | ClusterSource, flags: ScopeFlags): AsyncGenerator<ServiceListResult> {
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  yield await listOnce(source, namespace, flags.selector);
  if (!flags.watch) return;
  for await (const _ of changesOf(needsCluster(source, '--watch'), ['services', 'endpointslices'], namespace)) {
    yield await listOnce(source, namespace, flags.selector);
  }
}

async function listOnce(source: ObjectSource, namespace: string | null, labelSelector: string | undefined): Promise<ServiceListResult> {
  const {endpointStatuses, matchesSelectorText} = await import('../endpoints/index.ts');
  const {servicesOf, summarize, worst} = await import('../inspect/index.ts');
  const {check} = await import('../findings/index.ts');
  const {view} = await readView(source, {namespace, services: [], labelSelector, pods: true, nodes: false, events: false});
  const services = servicesOf(view, namespace).filter(
    (service) => labelSelector === undefined || matchesSelectorText(labelSelector, service.labels),
  );
  return {
    services: services.map((service) =>
      summarize(service, endpointStatuses(view, service), worst(check(view, {services: [service]}).findings)),
    ),
  };
}
