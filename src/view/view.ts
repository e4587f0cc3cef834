import type {ClusterView, KubernetesObject, ObjectChange, ViewOptions} from '../model/index.ts';
import {fieldsOf, isInhabited, namespaceOf, put, take} from './draft.ts';
import type {Draft} from './draft-view.ts';
import {layeredMap} from './layered-map.ts';

const DEFAULTS: ViewOptions = {
  clusterDomain: 'cluster.local.',
  clusterCIDRs: [],
  serviceCIDRs: [],
  podTrafficToNodesMasqueraded: true,
  masqueradeToPodGateway: false,
  proxyMode: 'nftables',
  masqueradeAll: false,
  nodePortAddresses: [],
  localhostNodePorts: true,
};

/**
 * The view of a cluster over these objects, as the API gives them or as a manifest has them. Lists are opened; their items may lack
 * `kind`, as items of typed lists do. What API defaulting would fill in is filled in. Of two objects with one name the later stands.
 */
export function viewOf(objects: readonly KubernetesObject[], options: Partial<ViewOptions> = {}): ClusterView {
  const draft: Draft = {
    services: layeredMap(),
    slices: layeredMap(),
    slicesOf: layeredMap(),
    pods: layeredMap(),
    nodes: layeredMap(),
    namespaces: new Set(),
    podsByIP: layeredMap(),
    servicesByIP: layeredMap(),
    servicesByNodePort: layeredMap(),
    others: layeredMap(),
    objects: layeredMap(),
    serviceCIDRs: [],
    options: withDefaults(options),
  };
  for (const object of openLists(objects)) put(draft, object);
  return draft;
}

/**
 * The view after one change. Records and index entries that the change does not touch are shared with the view before it;
 * a map that holds a touched entry is layered over the one before. The result is what `viewOf` makes of the objects as they are after the change.
 */
export function updateView(view: ClusterView, change: ObjectChange): ClusterView {
  const {object} = change;
  const draft = {...view, namespaces: namespacesFor(view, change)} as Draft;
  for (const field of fieldsOf(object.kind ?? '')) Object.assign(draft, {[field]: draft[field].fork()});
  if (change.type !== 'DELETED') {
    put(draft, object);
    return draft;
  }
  take(draft, object);
  const namespace = namespaceOf(object);
  if (namespace !== null && !isInhabited(draft, namespace)) draft.namespaces.delete(namespace);
  return draft;
}

/** A copy of the set where the change may write to it. */
function namespacesFor(view: ClusterView, {type, object}: ObjectChange): ReadonlySet<string> {
  const namespace = namespaceOf(object);
  return type === 'DELETED' || (namespace !== null && !view.namespaces.has(namespace)) ? new Set(view.namespaces) : view.namespaces;
}

function withDefaults(options: Partial<ViewOptions>): ViewOptions {
  const given = {...DEFAULTS, ...options};
  return given.clusterDomain.endsWith('.') ? given : {...given, clusterDomain: `${given.clusterDomain}.`};
}

function* openLists(objects: readonly KubernetesObject[]): Generator<KubernetesObject> {
  for (const object of objects) {
    if (object.kind?.endsWith('List') && Array.isArray(object['items'])) yield* openLists(itemsOf(object.kind, object['items']));
    else yield object;
  }
}

function itemsOf(listKind: string, items: readonly KubernetesObject[]): readonly KubernetesObject[] {
  const kind = listKind.slice(0, -'List'.length);
  return kind === '' ? items : items.map((item) => (item.kind === undefined ? {...item, kind} : item));
}
