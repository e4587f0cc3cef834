import {setImmediate as turn} from 'node:timers/promises';
import type {ObjectSource} from '../kube/index.ts';
import type {ServiceListResult} from '../model/index.ts';
import {readView} from './read-view.ts';
import {type ClusterSource, needsCluster} from './source.ts';
import {changesOf, whenChanged} from './watch-changes.ts';

export interface ScopeFlags {
  readonly namespace?: string | undefined;
  readonly 'all-namespaces': boolean;
  readonly selector?: string | undefined;
  readonly watch: boolean;
}

/** The list of Services; with `watch` again after each change, until the signal is aborted. */
export async function* listServices(
  source: ObjectSource | ClusterSource,
  flags: ScopeFlags,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<ServiceListResult> {
  const namespace = flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace);
  const ask = () => listOnce(source, namespace, flags.selector);
  if (!flags.watch) return yield await ask();
  const changes = changesOf(needsCluster(source, '--watch'), ['services', 'endpointslices', 'pods'], namespace, signal);
  yield* whenChanged(changes, ask);
}

async function listOnce(source: ObjectSource, namespace: string | null, labelSelector: string | undefined): Promise<ServiceListResult> {
  const reading = readView(source, {namespace, services: [], labelSelector, pods: true, nodes: false, events: false});
  reading.catch(() => {}); // awaited below, where a failure is seen
  // loaded while the server works: a turn of the event loop before each lets the connection go on
  await turn();
  const {endpointStatuses, matchesSelectorText} = await import('../endpoints/index.ts');
  await turn();
  const {servicesOf, summarize, worst} = await import('../inspect/index.ts');
  const {check} = await import('../findings/index.ts');
  const {view, unknown} = await reading;
  const services = servicesOf(view, namespace).filter(
    (service) => labelSelector === undefined || matchesSelectorText(labelSelector, service.labels),
  );
  return {
    services: services.map((service) =>
      summarize(
        service,
        endpointStatuses(view, service),
        worst(check(view, {services: [service], unreadable: unknown, nowMs: Date.now()}).findings),
      ),
    ),
  };
}
