import {randomUUID} from 'node:crypto';
import {isDeepStrictEqual} from 'node:util';
import type {KubernetesObject} from '../../../model/index.ts';
import {ApiError} from '../../api.ts';
import type {AllocatorOptions} from '../admission/index.ts';
import {alreadyExists, conflict, invalid, notFound, STALE} from '../errors.ts';
import {createPipeline, type Pipeline, randomSuffix} from '../pipeline.ts';
import {type ResourceInfo, resources} from '../schema/index.ts';
import type {Store} from '../store/index.ts';
import {canonical} from './canonical.ts';
import {trackWrite} from './field-tracking.ts';
import {checkNamespace} from './namespace-gate.ts';
import {createMeta, type Identity, updateMeta} from './object-meta.ts';
import {boundPod} from './pod-binding.ts';
import {judgeRemoval} from './remove.ts';
import {splitOnCreate, splitOnUpdate} from './split.ts';
import type {Registry, Removed, RemoveOptions, WriteOptions, Written} from './types.ts';

export interface ApiOptions {
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly uid?: () => string;
  /** The characters that generateName appends. */
  readonly suffix?: () => string;
  /** Service ranges and node ports, where they are not the usual ones. */
  readonly allocation?: Partial<AllocatorOptions>;
  /** Whether writes with a manager are recorded in managedFields. Default true. */
  readonly trackFields?: boolean;
  /** Instead of the real admission. */
  readonly pipeline?: Pipeline;
}

/** Kinds that a PUT has to name the resourceVersion of. */
const VERSION_DEMANDED = new Set([
  'leases',
  'poddisruptionbudgets',
  'customresourcedefinitions',
  'volumeattachments',
  'apiservices',
  'csinodes',
]);

/** The API on top of a store: what a write means, without HTTP. Synchronous: one thread owns the store. */
export function createApi(store: Store, options: ApiOptions = {}): Registry {
  const pipeline = options.pipeline ?? createPipeline(store, options.allocation);
  const clock = options.clock ?? Date.now;
  const track = options.trackFields === false ? (object: KubernetesObject) => object : trackWrite;
  const identity: Identity = {
    now: () => `${new Date(clock()).toISOString().slice(0, 19)}Z`,
    uid: options.uid ?? randomUUID,
    suffix: options.suffix ?? randomSuffix,
  };
  for (const resource of stored.keys()) for (const object of store.list(resource)) pipeline.track(null, object);
  store.index(({type, object, previous}) => pipeline.track(previous, type === 'DELETED' ? null : object));

  function create(resource: ResourceInfo, given: KubernetesObject, write: WriteOptions): Written {
    if ((given.metadata?.resourceVersion ?? '') !== '') {
      throw new ApiError(500, '', 'resourceVersion should not be set on objects to be created');
    }
    const draft = splitOnCreate(resource, {...given, metadata: createMeta(resource, given.metadata ?? {}, identity)});
    checkNamespace(store, resource, draft);
    const owned = track(draft, null, resource, write, identity.now());
    const admitted = pipeline.admit({operation: 'create', resource, subresource: '', object: owned, old: null, dryRun: write.dryRun});
    const {namespace = '', name = ''} = admitted.object.metadata ?? {};
    const object = canonical(plain(admitted.object));
    if (store.get(resource.plural, namespace, name) !== undefined) throw alreadyExists(resource, name);
    return {object: write.dryRun === true ? object : store.put(resource.plural, object), warnings: admitted.warnings};
  }

  function update(resource: ResourceInfo, given: KubernetesObject, write: WriteOptions, trusted = false): Written {
    const {namespace = '', name = ''} = given.metadata ?? {};
    const old = store.get(resource.plural, namespace, name);
    if (old === undefined) throw notFound(resource, name);
    checkVersion(resource, given, old, write);
    const subresource = write.subresource ?? '';
    const metadata = updateMeta(
      resource,
      given.metadata ?? {},
      old.metadata ?? {},
      write.manager === undefined || write.demandVersion === true,
    );
    const draft = splitOnUpdate(resource, subresource, {...given, metadata}, old);
    const owned = track(draft, old, resource, write, identity.now());
    // an approval is a part of the status that only its own subresource may change
    const view = subresource === 'approval' ? 'status' : subresource;
    const admitted = pipeline.admit({operation: 'update', resource, subresource: view, object: owned, old, dryRun: write.dryRun});
    if (resource.plural === 'namespaces' && (subresource === 'finalize' || trusted)) takeNamespaceFinalizers(admitted.object, draft);
    return {object: commitUpdate(resource, canonical(plain(admitted.object)), old, write), warnings: admitted.warnings};
  }

  function commitUpdate(resource: ResourceInfo, object: KubernetesObject, old: KubernetesObject, write: WriteOptions): KubernetesObject {
    if (isDeepStrictEqual(object, old)) return old;
    if (write.dryRun === true) return object;
    return isReleased(resource, object) ? store.remove(resource.plural, object) : store.put(resource.plural, object);
  }

  function remove(name: string, namespace: string, objectName: string, how: RemoveOptions = {}): Removed | null {
    const resource = need(name);
    const old = store.get(name, namespace, objectName);
    if (old === undefined) return null;
    const removal = judgeRemoval(resource, old, how, clock());
    if (removal.kind === 'keep') return {object: old, gone: false};
    if (removal.kind === 'remove')
      return {object: how.dryRun === true ? removal.last : store.remove(name, plain(removal.last)), gone: true};
    return {object: how.dryRun === true ? removal.object : store.put(name, plain(removal.object)), gone: false};
  }

  function write(operation: 'create' | 'update', name: string, object: KubernetesObject, how: WriteOptions = {}): Written {
    const resource = need(name);
    const typed = {...plain(object), apiVersion: apiVersionOf(resource), kind: resource.kind};
    return operation === 'create' ? create(resource, typed, how) : update(resource, typed, how);
  }

  const nodeNamed = (name: string) => store.get('nodes', '', name) ?? null;

  return {
    store,
    write,
    remove,
    bind(namespace, name, node) {
      const old = store.get('pods', namespace, name);
      if (old === undefined) throw notFound(need('pods'), name);
      store.put('pods', plain(boundPod(need('pods'), old, node, nodeNamed(node), identity.now())));
    },
    list: (resource, namespace) => store.list(resource, namespace),
    get: (resource, namespace, name) => store.get(resource, namespace, name) ?? null,
    create: (resource, object) => write('create', resource, object).object,
    update: (resource, object, how = {}) => write('update', resource, object, how).object,
    change(name, namespace, objectName, edit, how = {}) {
      const resource = need(name);
      const old = store.get(name, namespace, objectName);
      if (old === undefined) return null;
      const draft = structuredClone(old);
      if (edit(draft) === false || isDeepStrictEqual(draft, old)) return old;
      const node = how.subresource === undefined && name === 'pods' ? bindingIn(draft, old) : null;
      if (node === null) return update(resource, plain(draft), how, true).object;
      return store.put(name, plain(boundPod(resource, old, node, nodeNamed(node), identity.now())));
    },
    delete: (resource, namespace, name, how) => remove(resource, namespace, name, how) !== null,
    watch: (listener) => store.subscribe(listener),
  };
}

const stored: ReadonlyMap<string, ResourceInfo> = storedResources();

/** Events and autoscalers are served in two versions: the first of the core group, the latest otherwise, is the stored one. */
function storedResources(): Map<string, ResourceInfo> {
  const found = new Map<string, ResourceInfo>();
  for (const resource of resources()) {
    if (!resource.verbs.includes('get')) continue;
    const known = found.get(resource.plural);
    if (known === undefined || (known.group === resource.group && known.version < resource.version)) found.set(resource.plural, resource);
  }
  return found;
}

/** The stored form's resource by plural. Throws for what nobody stores. */
function need(plural: string): ResourceInfo {
  const resource = stored.get(plural);
  if (resource === undefined) throw new ApiError(404, 'NotFound', `the server could not find the requested resource (${plural})`, {});
  return resource;
}

function checkVersion(resource: ResourceInfo, given: KubernetesObject, old: KubernetesObject, write: WriteOptions): void {
  const version = given.metadata?.resourceVersion ?? '';
  const name = old.metadata?.name ?? '';
  if (version !== '' && version !== old.metadata?.resourceVersion) throw conflict(resource, name, STALE);
  if (version !== '' || write.demandVersion !== true || !VERSION_DEMANDED.has(resource.plural)) return;
  const message = 'Invalid value: 0: must be specified for an update';
  throw invalid(resource, name, [{reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion'}]);
}

/** Only `finalize` and the namespace controller may take a namespace's own finalizers away; admission kept the stored ones. */
function takeNamespaceFinalizers(admitted: KubernetesObject, draft: KubernetesObject): void {
  const {finalizers} = (draft['spec'] ?? {}) as {finalizers?: readonly string[]};
  Object.assign(admitted, {spec: {...(admitted['spec'] as object | undefined), ...(finalizers === undefined ? {} : {finalizers})}});
}

/** Whether a deletion that had to wait may now be carried out. */
function isReleased({plural}: ResourceInfo, {metadata = {}, spec}: KubernetesObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (plural === 'namespaces') return ((spec as {finalizers?: readonly string[]} | undefined)?.finalizers ?? []).length === 0;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

/** The node that an edit puts a pod on, which no ordinary update may do. */
function bindingIn(draft: KubernetesObject, old: KubernetesObject): string | null {
  const nodeOf = ({spec}: KubernetesObject): string => (spec as {nodeName?: string} | undefined)?.nodeName ?? '';
  return nodeOf(old) === '' && nodeOf(draft) !== '' ? nodeOf(draft) : null;
}

function apiVersionOf({group, version}: ResourceInfo): string {
  return group === '' ? version : `${group}/${version}`;
}

/** A copy that is nothing but JSON: no shared parts, no undefined. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
