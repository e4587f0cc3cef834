import type {ClusterView, KubernetesObject, NamespacedName, ServiceEvent} from '../model/index.ts';

interface EventFields {
  readonly involvedObject?: {readonly kind?: string; readonly name?: string; readonly namespace?: string};
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: {readonly count?: number; readonly lastObservedTime?: string};
}

/** The Events about one Service, oldest first. */
export function serviceEvents(view: ClusterView, service: NamespacedName): readonly ServiceEvent[] {
  return [...view.others.values()]
    .filter((object) => object.kind === 'Event' && isAbout(object as EventFields, service))
    .map(cutEvent)
    .toSorted((a, b) => (a.time ?? '').localeCompare(b.time ?? ''));
}

function isAbout(event: EventFields, service: NamespacedName): boolean {
  const about = event.involvedObject;
  return about?.kind === 'Service' && about.name === service.name && about.namespace === service.namespace;
}

function cutEvent(object: KubernetesObject): ServiceEvent {
  const event = object as EventFields & KubernetesObject;
  return {
    time: event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata?.creationTimestamp ?? null,
    type: event.type ?? 'Normal',
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: event.series?.count ?? event.count ?? 1,
  };
}
