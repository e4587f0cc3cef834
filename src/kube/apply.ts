import {KiadaError} from '../errors.ts';
import type {ApplyAction, KubernetesObject, ObjectRef} from '../model/index.ts';
import type {ApiResponse, KubeClient} from './client.ts';
import {discover} from './discovery.ts';
import type {Manifest} from './manifests.ts';
import {collectionPath, objectPath, type Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

export interface ApplyOptions {
  /** For manifests that name none. */
  readonly namespace: string;
  readonly dryRun: 'none' | 'client' | 'server';
  readonly force: boolean;
  onApplied?(object: AppliedObject): void;
}

export type AppliedObject = ObjectRef & {readonly action: ApplyAction; readonly warnings: readonly string[]};

const MANAGER = 'kiada';

interface Planned {
  readonly manifest: Manifest;
  readonly resource: Resource;
  readonly namespace: string | null;
  readonly object: KubernetesObject;
}

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
  const rehearsed = await rehearse(client, plan, options);
  if (options.dryRun !== 'none') return rehearsed;
  const applied: AppliedObject[] = [];
  for (const step of plan) {
    const object = await patch(client, step, {...options, dryRun: false});
    applied.push(object);
    options.onApplied?.(object);
  }
  return applied;
}

async function planOf(client: KubeClient, manifests: readonly Manifest[], fallback: string): Promise<readonly Planned[]> {
  const find = discover(client);
  const plan: Planned[] = [];
  for (const manifest of manifests) {
    const resource = await find(manifest.object).catch((error: unknown) => {
      throw located(error, manifest);
    });
    const namespace = resource.namespaced ? (manifest.object.metadata?.namespace ?? fallback) : null;
    const metadata = {...manifest.object.metadata, ...(namespace === null ? {} : {namespace})};
    // what the API writes itself has no place in an applied object: exported manifests carry it
    const {
      managedFields: _fields,
      uid: _uid,
      resourceVersion: _version,
      creationTimestamp: _created,
      ...kept
    } = metadata as Record<string, unknown>;
    plan.push({manifest, resource, namespace, object: {...manifest.object, metadata: kept}});
  }
  return plan.toSorted((a, b) => rank(a.resource) - rank(b.resource));
}

/** What others need comes first; the order of the files is kept otherwise. */
function rank(resource: Resource): number {
  if (resource.kind === 'Namespace') return 0;
  if (['ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolume', 'PersistentVolumeClaim', 'StorageClass'].includes(resource.kind))
    return 1;
  return resource.kind === 'Service' ? 2 : 3;
}

async function rehearse(client: KubeClient, plan: readonly Planned[], options: ApplyOptions): Promise<readonly AppliedObject[]> {
  const newNamespaces = new Set(
    plan.filter((step) => step.resource.kind === 'Namespace').map((step) => step.manifest.object.metadata?.name),
  );
  const results: AppliedObject[] = [];
  const refusals: unknown[] = [];
  for (const step of plan) {
    if (options.dryRun === 'client') {
      results.push({...refOf(step), action: 'configured', warnings: []});
      continue;
    }
    try {
      results.push(await patch(client, step, {...options, dryRun: true}));
    } catch (error) {
      // a namespace of this very invocation does not exist while it is only rehearsed
      if (error instanceof ApiRefusal && error.status === 404 && newNamespaces.has(step.namespace ?? '')) continue;
      refusals.push(error);
    }
  }
  const [first, ...others] = refusals;
  if (first === undefined) return results;
  if (!(first instanceof KiadaError) || others.length === 0) throw first;
  throw new KiadaError(first.code, `${first.message} (and ${others.length} more refused)`, {hint: first.hint, cause: first});
}

function refOf(step: Planned): ObjectRef {
  return {kind: step.resource.kind, namespace: step.namespace ?? '', name: step.object.metadata?.name ?? ''};
}

async function patch(
  client: KubeClient,
  step: Planned,
  options: {readonly force: boolean; readonly dryRun: boolean},
): Promise<AppliedObject> {
  const {resource, namespace, object, manifest} = step;
  const name = object.metadata?.name;
  const query = {fieldManager: MANAGER, fieldValidation: 'Strict', ...(options.dryRun ? {dryRun: 'All'} : {})};
  try {
    if (name === undefined) {
      const created = await client.send({method: 'POST', path: collectionPath(resource, namespace), query, body: object});
      return {...refOf(step), name: (created.body as KubernetesObject).metadata?.name ?? '', action: 'created', warnings: created.warnings};
    }
    const before = await versionOf(client, objectPath(resource, namespace, name));
    const response = await client.send({
      method: 'PATCH',
      path: objectPath(resource, namespace, name),
      query: {...query, ...(options.force ? {force: true} : {})},
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
    return {...refOf(step), action: actionOf(before, response), warnings: response.warnings};
  } catch (error) {
    throw located(error, manifest);
  }
}

async function versionOf(client: KubeClient, path: string): Promise<string | null> {
  try {
    return ((await client.get(path)) as KubernetesObject).metadata?.resourceVersion ?? null;
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return null;
    throw error;
  }
}

function actionOf(before: string | null, response: ApiResponse): ApplyAction {
  if (before === null || response.status === 201) return 'created';
  return (response.body as KubernetesObject).metadata?.resourceVersion === before ? 'unchanged' : 'configured';
}

/** The refusal with the place in the file that it is about. */
function located(error: unknown, manifest: Manifest): unknown {
  if (!(error instanceof KiadaError)) return error;
  if (error.code !== 'REFUSED_BY_API' && error.code !== 'CONFLICT') return error;
  const field = error instanceof ApiRefusal ? (error.causes[0]?.field ?? fieldIn(error.message)) : '';
  const line = field ? manifest.lineOf(field.replace(/^\./, '')) : manifest.line;
  const code = error.code === 'CONFLICT' ? 'CONFLICT' : 'INVALID_MANIFEST';
  const message = `${manifest.file}:${line}: ${error.message}`;
  if (!(error instanceof ApiRefusal)) return new KiadaError(code, message, {hint: error.hint, cause: error});
  return new ApiRefusal(code, message, error.status, error.reason, error.causes);
}

/** The field of a strict decoding error, which names it in words alone. */
function fieldIn(message: string): string {
  return /unknown field "([^"]+)"/.exec(message)?.[1] ?? '';
}
