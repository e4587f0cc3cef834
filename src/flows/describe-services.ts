import type {ObjectSource} from '../kube/index.ts';
import type {ServiceDescribeResult} from '../model/index.ts';
import type {ScopeFlags} from './list-services.ts';
import {withPodsElsewhere} from './pods-elsewhere.ts';
import {pickServices, readView, serviceName} from './read-view.ts';
import {type ClusterSource, needsCluster} from './source.ts';
import {changesOf, whenChanged} from './watch-changes.ts';

/** The named Services described, or all in scope; with `watch` again after each change, until the signal is aborted. */
export async function* describeServices(
  source: ObjectSource | ClusterSource,
  names: readonly string[],
  flags: ScopeFlags,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<ServiceDescribeResult> {
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  const ask = () => describeOnce(source, names.map(serviceName), namespace, flags.selector);
  if (!flags.watch) return yield await ask();
  const changes = changesOf(needsCluster(source, '--watch'), ['services', 'endpointslices', 'pods'], namespace, signal);
  yield* whenChanged(changes, ask);
}

async function describeOnce(
  source: ObjectSource,
  names: readonly string[],
  namespace: string | null,
  labelSelector: string | undefined,
): Promise<ServiceDescribeResult> {
  const [{describeService, servicesOf}, {check}, {matchesSelectorText}] = await Promise.all([
    import('../inspect/index.ts'),
    import('../findings/index.ts'),
    import('../endpoints/index.ts'),
  ]);
  const read = await readView(source, {
    namespace,
    services: names,
    labelSelector,
    pods: true,
    nodes: true,
    events: true,
    context: true,
  });
  const nowMs = Date.now();
  const chosen = names.length > 0 ? pickServices(read.view, namespace, names) : servicesOf(read.view, namespace);
  const services = chosen.filter((service) => labelSelector === undefined || matchesSelectorText(labelSelector, service.labels));
  const {view, unknown} = await withPodsElsewhere(source, read, services);
  return {
    services: services.map((service) => {
      const checked = check(view, {services: [service], unreadable: read.unknown, nowMs});
      return describeService(view, service, {findings: checked.findings, unknown: [...checked.unknown, ...unknown]});
    }),
  };
}
