import type {ObjectSource} from '../kube/index.ts';
import type {ServiceDescribeResult} from '../model/index.ts';
import type {ScopeFlags} from './list-services.ts';
import {type TryFlags, tryServices} from './observe/try-services.ts';
import {withPodsElsewhere} from './pods-elsewhere.ts';
import {pickServices, readView, serviceName} from './read-view.ts';
import {type ClusterSource, needsCluster} from './source.ts';
import {changesOf, whenChanged} from './watch-changes.ts';

interface DescribeHearers {
  /** Tells people what they should know about what is started in their cluster. */
  readonly say?: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** The named Services described, or all in scope; with `watch` again after each change, until the signal is aborted. */
export async function* describeServices(
  source: ObjectSource | ClusterSource,
  names: readonly string[],
  flags: ScopeFlags & TryFlags,
  {say = () => {}, signal = new AbortController().signal}: DescribeHearers = {},
): AsyncGenerator<ServiceDescribeResult> {
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  if (flags.probe) needsCluster(source, '--probe');
  const ask = () => describeOnce(source, names.map(serviceName), namespace, flags, say);
  if (!flags.watch) return yield await ask();
  const changes = changesOf(needsCluster(source, '--watch'), ['services', 'endpointslices', 'pods'], namespace, signal);
  yield* whenChanged(changes, ask);
}

async function describeOnce(
  source: ObjectSource | ClusterSource,
  names: readonly string[],
  namespace: string | null,
  flags: ScopeFlags & TryFlags,
  say: (text: string) => void,
): Promise<ServiceDescribeResult> {
  const [{describeService, servicesOf}, {check}, {matchesSelectorText}] = await Promise.all([
    import('../inspect/index.ts'),
    import('../findings/index.ts'),
    import('../endpoints/index.ts'),
  ]);
  const labelSelector = flags.selector;
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
  const tried = flags.probe ? await tryServices(needsCluster(source, '--probe'), view, services, flags, say) : null;
  return {
    services: services.map((service, index) => {
      const observed = tried?.[index]?.observations;
      const checked = check(view, {services: [service], unreadable: read.unknown, nowMs, observed});
      const notChecked = [...checked.unknown, ...unknown, ...(tried?.[index]?.unknown ?? [])];
      return describeService(view, service, {findings: checked.findings, unknown: notChecked, observed});
    }),
  };
}
