import {KiadaError} from '../errors.ts';
import {hostPort} from '../ip/index.ts';
import type {WatchEvent} from '../kube/index.ts';
import type {ClusterView, EndpointChange, EndpointStatus, NamespacedName} from '../model/index.ts';
import {Merged} from './merged.ts';
import {pickServices, serviceName} from './read-view.ts';
import type {ClusterSource} from './source.ts';
import {parseUntil, type Until} from './until.ts';

export interface WatchEndpointsOptions {
  /** null for all namespaces. */
  readonly namespace: string | null;
  /** Only these; all of the namespace where none is named. */
  readonly services: readonly string[];
  /** `ready>=3`: the stream ends when it holds. */
  readonly until?: string | undefined;
  readonly signal: AbortSignal;
}

/** What is followed: slices are the endpoints; Services, pods and nodes give names and reasons. */
const FOLLOWED = ['services', 'endpointslices', 'pods', 'nodes'] as const;
/** Without the right to read these the changes are told, only without their reasons. */
const OPTIONAL: ReadonlySet<string> = new Set(['pods', 'nodes']);

/** What the lines say that tell of the stream and of no endpoint. */
const NOTHING = {service: null, endpoint: null, before: null, after: null} as const;

interface Followed {
  readonly resource: (typeof FOLLOWED)[number];
  readonly event: WatchEvent;
}

/**
 * Every change of the endpoints of Services, each once: first the present state (`added` …, then one `synced`), then what changes.
 * Ends when `until` holds or the signal is aborted; returns whether `until` held.
 */
export async function* watchEndpoints(source: ClusterSource, options: WatchEndpointsOptions): AsyncGenerator<EndpointChange, boolean> {
  const names = options.services.map(serviceName);
  const until = options.until === undefined ? null : parseUntil(options.until);
  const [{updateView, viewOf}, {endpointChanges, endpointStatuses}] = await Promise.all([
    import('../routing/index.ts'),
    import('../endpoints/index.ts'),
  ]);
  const ended = new AbortController();
  const events = await follow(source, options.namespace, AbortSignal.any([options.signal, ended.signal]));

  let view = viewOf([]);
  const count = until === null ? null : new Count(until);
  const unsynced = new Set<string>(FOLLOWED);
  try {
    for await (const {resource, event} of events) {
      if (event.type === 'synced') {
        unsynced.delete(resource);
        if (unsynced.size > 0) continue;
        pickServices(view, options.namespace, names);
        for (const service of watched(view, options.namespace, names)) {
          const present = endpointStatuses(view, service);
          count?.set(service, present);
          for (const status of present) yield added(status, event.at);
        }
        yield {...NOTHING, time: timeText(event.at), type: 'synced', reason: null};
      } else if (event.type === 'resynced') {
        if (resource === 'endpointslices') yield {...NOTHING, time: timeText(event.at), type: 'resynced', reason: event.reason};
      } else {
        const before = view;
        view = updateView(view, event);
        if (unsynced.size > 0) continue;
        const touched = touchedBy(event, before, view).filter((service) => isWatched(service, options.namespace, names));
        for (const change of endpointChanges(before, view, touched)) yield {time: timeText(event.at), ...change};
        for (const name of count === null ? [] : touched) {
          const service = view.services.get(`${name.namespace}/${name.name}`);
          count?.set(name, service === undefined ? [] : endpointStatuses(view, service));
        }
      }
      if (count !== null && unsynced.size === 0 && count.holds()) return true;
    }
    return false;
  } finally {
    ended.abort();
  }
}

/** How many endpoints a condition is about, Service by Service: with each change only those of the Service that it touches are counted anew. */
class Count {
  readonly #until: Until;
  readonly #ofService = new Map<string, number>();
  #total = 0;

  constructor(until: Until) {
    this.#until = until;
  }

  set({namespace, name}: NamespacedName, endpoints: readonly EndpointStatus[]): void {
    const key = `${namespace}/${name}`;
    const now = endpoints.filter((endpoint) => this.#until.counts(endpoint)).length;
    this.#total += now - (this.#ofService.get(key) ?? 0);
    this.#ofService.set(key, now);
  }

  holds(): boolean {
    return this.#until.holds(this.#total);
  }
}

async function follow(source: ClusterSource, namespace: string | null, signal: AbortSignal): Promise<AsyncIterable<Followed>> {
  const {watchObjects} = await import('../kube/index.ts');
  const merged = new Merged<Followed>(signal);
  for (const resource of FOLLOWED)
    merged.follow(tagged(resource, watchObjects(source.client, {resource, namespace: resource === 'nodes' ? null : namespace}, signal)));
  return merged;
}

async function* tagged(resource: Followed['resource'], events: AsyncIterable<WatchEvent>): AsyncGenerator<Followed> {
  try {
    for await (const event of events) yield {resource, event};
  } catch (error) {
    if (!OPTIONAL.has(resource) || !(error instanceof KiadaError) || error.code !== 'FORBIDDEN') throw error;
    yield {resource, event: {type: 'synced', reason: null, at: Date.now()}};
  }
}

function added(status: EndpointStatus, at: number): EndpointChange {
  return {
    time: timeText(at),
    type: 'added',
    service: status.service,
    endpoint: endpointName(status),
    before: null,
    after: status,
    reason: null,
  };
}

/** `10.244.1.5:8080`: the endpoint as changes name it. */
function endpointName(status: EndpointStatus): string {
  const port = status.ports[0]?.port ?? null;
  return port === null ? status.address : hostPort(status.address, port);
}

function timeText(at: number): string {
  return new Date(at).toISOString();
}

function watched(view: ClusterView, namespace: string | null, names: readonly string[]) {
  return [...view.services.values()].filter((service) => isWatched(service, namespace, names));
}

function isWatched(service: NamespacedName, namespace: string | null, names: readonly string[]): boolean {
  return (namespace === null || service.namespace === namespace) && (names.length === 0 || names.includes(service.name));
}

/** The Services whose endpoints one change may touch. */
function touchedBy(event: WatchEvent, before: ClusterView, after: ClusterView): readonly NamespacedName[] {
  if (event.type === 'synced' || event.type === 'resynced') return [];
  const namespace = event.object.metadata?.namespace ?? '';
  const name = event.object.metadata?.name ?? '';
  if (event.object.kind === 'Service') return [{namespace, name}];
  if (event.object.kind !== 'EndpointSlice') return [];
  const owners = new Set([before.slices.get(`${namespace}/${name}`)?.service, after.slices.get(`${namespace}/${name}`)?.service]);
  return [...owners].flatMap((owner) => (owner ? [{namespace, name: owner}] : []));
}
