import {endpointStatuses, eventTime, matchesSelector} from '../endpoints/index.ts';
import type {ClusterView, EndpointStatus, KubernetesObject, Pod, Service} from '../model/index.ts';
import {record, text} from '../view/index.ts';
import {type Workload, workloadOf} from './workload.ts';

/** What rules ask about a view, answered from indexes that are made once per view and only when they are asked for. */
export interface Facts {
  readonly view: ClusterView;
  /** The present, for ages; null where the caller gave none. */
  readonly nowMs: number | null;
  /** False for manifests, which have no status; pods are then those of the files and one of each workload's template. */
  readonly live: boolean;
  podsIn(namespace: string): readonly Pod[];
  /** The pods that the selector matches, finished ones included, by name. */
  selected(service: Service): readonly Pod[];
  /** Pods of a namespace by one label pair. */
  withLabel(namespace: string, key: string, value: string): readonly Pod[];
  /** The values of a label key in a namespace. */
  labelValues(namespace: string, key: string): Iterable<string>;
  workloadsIn(namespace: string): readonly Workload[];
  servicesIn(namespace: string): readonly Service[];
  endpoints(service: Service): readonly EndpointStatus[];
  /** Objects of other kinds. */
  objects(kind: string, namespace?: string): readonly KubernetesObject[];
  /** Events about an object, oldest first. */
  events(kind: string, namespace: string, name: string): readonly KubernetesObject[];
}

interface Indexes {
  pods?: Map<string, Pod[]>;
  labels?: Map<string, Map<string, Pod[]>>;
  others?: Map<string, KubernetesObject[]>;
  workloads?: Map<string, Workload[]>;
  services?: Map<string, Service[]>;
  events?: Map<string, KubernetesObject[]>;
  readonly selected: WeakMap<Service, readonly Pod[]>;
  readonly endpoints: WeakMap<Service, readonly EndpointStatus[]>;
}

/** A view never changes, so that its indexes serve every check of it. */
const indexesOf = new WeakMap<ClusterView, Indexes>();

export function factsOf(view: ClusterView, nowMs: number | null, live: boolean): Facts {
  let indexes = indexesOf.get(view);
  if (indexes === undefined) {
    indexes = {selected: new WeakMap(), endpoints: new WeakMap()};
    indexesOf.set(view, indexes);
  }
  return new ViewFacts(view, nowMs, live, indexes);
}

class ViewFacts implements Facts {
  readonly view: ClusterView;
  readonly nowMs: number | null;
  readonly live: boolean;
  readonly #indexes: Indexes;

  constructor(view: ClusterView, nowMs: number | null, live: boolean, indexes: Indexes) {
    this.view = view;
    this.nowMs = nowMs;
    this.live = live;
    this.#indexes = indexes;
  }

  podsIn(namespace: string): readonly Pod[] {
    this.#indexes.pods ??= grouped(this.view.pods.values(), (pod) => pod.namespace);
    return this.#indexes.pods.get(namespace) ?? [];
  }

  selected(service: Service): readonly Pod[] {
    const known = this.#indexes.selected.get(service);
    if (known !== undefined) return known;
    const {selector, namespace} = service;
    const entries = service.type === 'ExternalName' ? [] : Object.entries(selector ?? {});
    const lists = entries.map(([key, value]) => this.withLabel(namespace, key, value));
    const shortest = lists.reduce<readonly Pod[]>((best, list) => (list.length < best.length ? list : best), lists[0] ?? []);
    const found = shortest.filter((pod) => matchesSelector(selector, pod.labels)).sort((a, b) => (a.name < b.name ? -1 : 1));
    this.#indexes.selected.set(service, found);
    return found;
  }

  withLabel(namespace: string, key: string, value: string): readonly Pod[] {
    return this.#labels().get(`${namespace}/${key}`)?.get(value) ?? [];
  }

  labelValues(namespace: string, key: string): Iterable<string> {
    return this.#labels().get(`${namespace}/${key}`)?.keys() ?? [];
  }

  workloadsIn(namespace: string): readonly Workload[] {
    this.#indexes.workloads ??= grouped(
      [...this.view.others.values()].flatMap((object) => workloadOf(object) ?? []),
      (workload) => workload.namespace,
    );
    return this.#indexes.workloads.get(namespace) ?? [];
  }

  servicesIn(namespace: string): readonly Service[] {
    this.#indexes.services ??= grouped(this.view.services.values(), (service) => service.namespace);
    return this.#indexes.services.get(namespace) ?? [];
  }

  endpoints(service: Service): readonly EndpointStatus[] {
    let known = this.#indexes.endpoints.get(service);
    if (known === undefined) {
      known = endpointStatuses(this.view, service);
      this.#indexes.endpoints.set(service, known);
    }
    return known;
  }

  objects(kind: string, namespace?: string): readonly KubernetesObject[] {
    this.#indexes.others ??= grouped(this.view.others.values(), (object) => object.kind ?? '');
    const all = this.#indexes.others.get(kind) ?? [];
    return namespace === undefined ? all : all.filter((object) => (object.metadata?.namespace ?? 'default') === namespace);
  }

  events(kind: string, namespace: string, name: string): readonly KubernetesObject[] {
    this.#indexes.events ??= this.#eventIndex();
    return this.#indexes.events.get(`${kind}/${namespace}/${name}`) ?? [];
  }

  #labels(): Map<string, Map<string, Pod[]>> {
    let labels = this.#indexes.labels;
    if (labels === undefined) {
      labels = new Map();
      for (const pod of this.view.pods.values()) {
        for (const [key, value] of Object.entries(pod.labels)) {
          const values = entry(labels, `${pod.namespace}/${key}`, () => new Map<string, Pod[]>());
          entry(values, value, () => []).push(pod);
        }
      }
      this.#indexes.labels = labels;
    }
    return labels;
  }

  #eventIndex(): Map<string, KubernetesObject[]> {
    const events = grouped(this.objects('Event'), (event) => {
      const about = record(event['involvedObject'] ?? event['regarding']);
      return `${text(about['kind']) ?? ''}/${text(about['namespace']) ?? ''}/${text(about['name']) ?? ''}`;
    });
    for (const list of events.values()) list.sort((a, b) => (eventTime(a) < eventTime(b) ? -1 : 1));
    return events;
  }
}

function grouped<Item>(items: Iterable<Item>, keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) entry(groups, keyOf(item), () => []).push(item);
  return groups;
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
