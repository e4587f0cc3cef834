import {KiadaError} from '../errors.ts';
import type {KubernetesObject, ObjectRef} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import {discover} from './discovery.ts';
import type {Manifest} from './manifests.ts';
import type {Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

/** A manifest with the place in the API that it goes to. */
export interface Planned {
  readonly manifest: Manifest;
  readonly resource: Resource;
  /** null for what lives in none. */
  readonly namespace: string | null;
  /** null where the server makes it up from `generateName`. */
  readonly name: string | null;
  /** What is sent. */
  readonly object: KubernetesObject;
}

/** The manifests with their resources, in the order in which they depend on each other. */
export async function planOf(client: KubeClient, manifests: readonly Manifest[], fallback: string): Promise<readonly Planned[]> {
  const find = discover(client);
  const plan = await inOrder(manifests, async (manifest): Promise<Planned> => {
    const resource = await find(manifest.object).catch((error: unknown) => {
      throw located(error, manifest);
    });
    const namespace = resource.namespaced ? (manifest.object.metadata?.namespace ?? fallback) : null;
    const name = manifest.object.metadata?.name ?? null;
    return {manifest, resource, namespace, name, object: sentObject(manifest.object, namespace)};
  });
  return plan.toSorted((a, b) => rank(a.resource) - rank(b.resource));
}

/** One after the other: what fails stops the rest, and the order is that of the list. */
export async function inOrder<Item, Result>(items: readonly Item[], act: (item: Item) => Promise<Result>): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await act(item));
  return results;
}

/** What the API writes itself has no place in an applied object; exported manifests carry it. */
function sentObject(object: KubernetesObject, namespace: string | null): KubernetesObject {
  const {
    managedFields: _fields,
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    ...metadata
  } = {...object.metadata, ...(namespace === null ? {} : {namespace})} as Record<string, unknown>;
  return {...object, metadata};
}

const NEEDED_FIRST = new Set(['ServiceAccount', 'ConfigMap', 'Secret', 'PersistentVolume', 'PersistentVolumeClaim', 'StorageClass']);

/** What others need comes first; the order of the files is kept otherwise. */
function rank(resource: Resource): number {
  if (resource.kind === 'Namespace') return 0;
  if (NEEDED_FIRST.has(resource.kind)) return 1;
  return resource.kind === 'Service' ? 2 : 3;
}

export function refOf(step: Planned): ObjectRef {
  return {kind: step.resource.kind, namespace: step.namespace ?? '', name: step.name ?? ''};
}

/** The refusal of a document with the place in the file that it is about; other errors as they are. */
export function located(error: unknown, manifest: Manifest): unknown {
  if (!(error instanceof KiadaError)) return error;
  const code = codeFor(error);
  if (code === null) return error;
  const field = error instanceof ApiRefusal ? (error.causes[0]?.field ?? fieldIn(error.message)) : '';
  const line = field ? manifest.lineOf(field) : manifest.line;
  const message = `${manifest.file}:${line}: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}`;
  if (!(error instanceof ApiRefusal)) return new KiadaError(code, message, {hint: error.hint, cause: error});
  return new ApiRefusal(code, message, error.status, error.reason, error.causes, hintFor(error.message));
}

/** A port or address that another Service has is nothing that the document alone could mend. */
function hintFor(message: string): string | undefined {
  return message.includes('is already allocated') ? 'Nothing was applied. See which Service has it: kubectl get svc -A' : undefined;
}

function codeFor(error: KiadaError): 'CONFLICT' | 'INVALID_MANIFEST' | 'NOT_FOUND' | null {
  if (error.code === 'CONFLICT' || error.code === 'NOT_FOUND') return error.code;
  if (error.code === 'REFUSED_BY_API') return 'INVALID_MANIFEST';
  // kube-apiserver answers an apply whose fields it does not know with a bare 500, which has no reason
  return error instanceof ApiRefusal && error.status === 500 && error.reason === '' ? 'INVALID_MANIFEST' : null;
}

/** The field of a decoding error, which names it in words alone: `unknown field "spec.x"`, `…: .spec.x: field not declared in schema`. */
function fieldIn(message: string): string {
  return /(?:unknown|duplicate) field "([^"]+)"/.exec(message)?.[1] ?? /\s(\.[A-Za-z][^\s:]*): /.exec(message)?.[1] ?? '';
}
