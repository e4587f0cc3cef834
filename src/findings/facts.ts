import {endpointStatuses, eventTime, matchesSelector} from '../endpoints/index.ts';
import type {ClusterView, EndpointStatus, KubernetesObject, Observation, Pod, Service} from '../model/index.ts';
import {record, text} from '../view/index.ts';
import {grouped, lazily, noted} from './lazily.ts';
import {type Workload, workloadOf} from './workload.ts';

/** What rules ask about a view, answered from indexes that are made once per view and only when they are asked for. */
export interface ViewFacts {
  readonly view: ClusterView;
  readonly podsIn: (namespace: string) => readonly Pod[];
  /** The pods that the selector matches, finished ones included, by name. */
  readonly selected: (service: Service) => readonly Pod[];
  /** Pods of a namespace by one label pair. */
  readonly withLabel: (namespace: string, key: string, value: string) => readonly Pod[];
  /** The values of a label key in a namespace. */
  readonly labelValues: (namespace: string, key: string) => readonly string[];
  readonly workloadsIn: (namespace: string) => readonly Workload[];
  readonly servicesIn: (namespace: string) => readonly Service[];
  readonly endpoints: (service: Service) => readonly EndpointStatus[];
  /** Objects of other kinds; those of one namespace where it is named. */
  readonly objects: (kind: string, namespace?: string) => readonly KubernetesObject[];
  /** Events about an object, oldest first. */
  readonly events: (kind: string, namespace: string, name: string) => readonly KubernetesObject[];
}

/** The same for one check. */
export interface Facts extends ViewFacts {
  /** The present, for ages; null where the caller gave none. */
  readonly nowMs: number | null;
  /** False for manifests, which have no status. */
  readonly live: boolean;
  /** What was tried against the Services; empty where nothing was. */
  readonly observed: readonly Observation[];
}

/** A view never changes, so that its indexes serve every check of it. */
const known = new WeakMap<ClusterView, ViewFacts>();

export function factsOf(view: ClusterView, nowMs: number | null, live: boolean, observed: readonly Observation[] = []): Facts {
  let facts = known.get(view);
  if (facts === undefined) {
    facts = viewFacts(view);
    known.set(view, facts);
  }
  return {...facts, nowMs, live, observed};
}

function viewFacts(view: ClusterView): ViewFacts {
  const pods = lazily(() => grouped(view.pods.values(), (pod) => pod.namespace));
  const labels = lazily(() => podsByLabel(view));
  const services = lazily(() => grouped(view.services.values(), (service) => service.namespace));
  const kinds = lazily(() => grouped(view.others.values(), (object) => object.kind ?? ''));
  const placed = lazily(() => grouped(view.others.values(), (object) => `${object.kind ?? ''}/${object.metadata?.namespace ?? 'default'}`));
  const events = lazily(() => eventsByObject(kinds().get('Event') ?? []));
  const workloads = lazily(() => {
    const all = [...view.others.values()].flatMap((object) => workloadOf(object) ?? []);
    return grouped(all, (workload) => workload.namespace);
  });
  const withLabel = (namespace: string, key: string, value: string) => labels().get(`${namespace}/${key}`)?.get(value) ?? [];
  return {
    view,
    podsIn: (namespace) => pods().get(namespace) ?? [],
    selected: noted((service: Service) => selectedPods(service, withLabel)),
    withLabel,
    labelValues: (namespace, key) => [...(labels().get(`${namespace}/${key}`)?.keys() ?? [])],
    workloadsIn: (namespace) => workloads().get(namespace) ?? [],
    servicesIn: (namespace) => services().get(namespace) ?? [],
    endpoints: noted((service: Service) => endpointStatuses(view, service)),
    objects: (kind, namespace) => (namespace === undefined ? kinds().get(kind) : placed().get(`${kind}/${namespace}`)) ?? [],
    events: (kind, namespace, name) => events().get(`${kind}/${namespace}/${name}`) ?? [],
  };
}

/** The pods with the rarest of the selector's pairs are looked through, not all of the namespace. */
function selectedPods(service: Service, withLabel: ViewFacts['withLabel']): readonly Pod[] {
  const {selector, namespace} = service;
  const entries = service.type === 'ExternalName' ? [] : Object.entries(selector ?? {});
  const lists = entries.map(([key, value]) => withLabel(namespace, key, value));
  const shortest = lists.reduce<readonly Pod[]>((best, list) => (list.length < best.length ? list : best), lists[0] ?? []);
  return shortest.filter((pod) => matchesSelector(selector, pod.labels)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function podsByLabel(view: ClusterView): Map<string, Map<string, Pod[]>> {
  const labels = new Map<string, Map<string, Pod[]>>();
  for (const pod of view.pods.values()) {
    for (const [key, value] of Object.entries(pod.labels)) {
      const place = `${pod.namespace}/${key}`;
      const values = labels.get(place) ?? new Map<string, Pod[]>();
      labels.set(place, values);
      const list = values.get(value);
      if (list === undefined) values.set(value, [pod]);
      else list.push(pod);
    }
  }
  return labels;
}

function eventsByObject(events: readonly KubernetesObject[]): Map<string, KubernetesObject[]> {
  const groups = grouped(events, (event) => {
    const about = record(event['involvedObject'] ?? event['regarding']);
    return `${text(about['kind']) ?? ''}/${text(about['namespace']) ?? ''}/${text(about['name']) ?? ''}`;
  });
  for (const list of groups.values()) list.sort((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1));
  return groups;
}
