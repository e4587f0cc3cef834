import {setTimeout as delay} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import {KiadaError} from '../errors.ts';
import type {ApplyAction, KubernetesObject, ObjectRef} from '../model/index.ts';
import {inOrder, located, type Planned, planOf, refOf} from './apply-plan.ts';
import type {KubeClient} from './client.ts';
import type {Manifest} from './manifests.ts';
import {collectionPath, objectPath} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

export interface ApplyOptions {
  /** For manifests that name none. */
  readonly namespace: string;
  readonly dryRun: 'none' | 'client' | 'server';
  readonly force: boolean;
}

export type AppliedObject = ObjectRef & {readonly action: ApplyAction; readonly warnings: readonly string[]};

const MANAGER = 'kiada';

/**
 * Applies manifests server-side, all or nothing as far as an API can: each is first tried as a dry run, and a refusal of one
 * (named with its file, line and field) leaves the cluster as it was.
 */
export async function applyManifests(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: ApplyOptions,
): Promise<readonly AppliedObject[]> {
  const plan = await planOf(client, manifests, options.namespace);
  if (options.dryRun === 'client') return inOrder(plan, (step) => compareOnly(client, step));
  const rehearsed = await rehearse(client, plan, options.force);
  if (options.dryRun === 'server') return rehearsed;
  return inOrder(plan, async (step) => {
    const applied = await applyOne(client, step, {force: options.force, dryRun: false});
    const isNew = step.resource.kind === 'Namespace' && applied.action === 'created';
    if (isNew && plan.some(({resource, namespace}) => resource.kind === 'Pod' && namespace === applied.name)) {
      await untilInhabitable(client, applied.name);
    }
    return applied;
  });
}

/** How long a controller may take to give a new namespace the service account that its pods need. */
const ACCOUNT_TIMEOUT_MS = 10_000;

/** A new namespace takes no pods until its service account is there; whatever else keeps them out, the API server says itself. */
async function untilInhabitable(client: KubeClient, namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/serviceaccounts/default`;
  const deadline = Date.now() + ACCOUNT_TIMEOUT_MS;
  const missing = () =>
    currentOf(client, path).then(
      (account) => account === null,
      () => false, // no right to look: the pods are tried without
    );
  while ((await missing()) && Date.now() < deadline) await delay(50);
}

/** `--dry-run client`: the manifests are read and placed, and only the presence of each object is asked for. */
async function compareOnly(client: KubeClient, step: Planned): Promise<AppliedObject> {
  const present = step.name === null ? null : await currentOf(client, objectPath(step.resource, step.namespace, step.name));
  return {...refOf(step), action: present === null ? 'created' : 'configured', warnings: []};
}

/** Tries all of them and throws what was refused, the first in full. */
async function rehearse(client: KubeClient, plan: readonly Planned[], force: boolean): Promise<readonly AppliedObject[]> {
  const newNamespaces = new Set(plan.filter((step) => step.resource.kind === 'Namespace').map((step) => step.name));
  const refusals: unknown[] = [];
  const results = await inOrder(plan, async (step): Promise<AppliedObject> => {
    try {
      return await applyOne(client, step, {force, dryRun: true});
    } catch (error) {
      // a namespace of this very invocation does not exist while it is only rehearsed
      const early = error instanceof ApiRefusal && error.status === 404 && step.namespace !== null && newNamespaces.has(step.namespace);
      if (!early) refusals.push(error);
      return {...refOf(step), action: 'created', warnings: []};
    }
  });
  const [first, ...others] = refusals;
  if (first === undefined) return results;
  if (!(first instanceof KiadaError) || others.length === 0) throw first;
  throw new KiadaError(first.code, `${first.message} (and ${others.length} more refused)`, {hint: first.hint, cause: first});
}

async function applyOne(
  client: KubeClient,
  step: Planned,
  options: {readonly force: boolean; readonly dryRun: boolean},
): Promise<AppliedObject> {
  const {resource, namespace, name, object, manifest} = step;
  const query = {fieldManager: MANAGER, fieldValidation: 'Strict', ...(options.dryRun ? {dryRun: 'All'} : {})};
  try {
    if (name === null) {
      const {body, warnings} = await client.send({method: 'POST', path: collectionPath(resource, namespace), query, body: object});
      return {...refOf(step), name: (body as KubernetesObject).metadata?.name ?? '', action: 'created', warnings};
    }
    const path = objectPath(resource, namespace, name);
    const before = await currentOf(client, path);
    const {status, body, warnings} = await client.send({
      method: 'PATCH',
      path,
      query: {...query, ...(options.force ? {force: true} : {})},
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
    const action =
      before === null || status === 201 ? 'created' : sameObject(before, body as KubernetesObject) ? 'unchanged' : 'configured';
    return {...refOf(step), action, warnings};
  } catch (error) {
    throw located(error, manifest);
  }
}

async function currentOf(client: KubeClient, path: string): Promise<KubernetesObject | null> {
  try {
    return (await client.get(path)) as KubernetesObject;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return null;
    throw error;
  }
}

/** Whether an apply changed nothing. A dry run keeps the version whatever it changes, so that all but the bookkeeping is compared. */
function sameObject(before: KubernetesObject, after: KubernetesObject): boolean {
  return isDeepStrictEqual(withoutBookkeeping(before), withoutBookkeeping(after));
}

function withoutBookkeeping(object: KubernetesObject): unknown {
  const {managedFields: _fields, resourceVersion: _version, generation: _generation, ...metadata} = {...object.metadata};
  const {status: _status, ...rest} = object;
  return {...rest, metadata};
}
