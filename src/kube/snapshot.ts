import {readFileSync} from 'node:fs';
import {KiadaError} from '../errors.ts';
import type {KubernetesObject} from '../model/index.ts';
import {type ObjectSource, type ReadRequest, SERVICE_NAME} from './read.ts';
import {RESOURCES, type Resource} from './resources.ts';
import {readStdin} from './stdin.ts';

/**
 * A snapshot file (YAML or JSON: a List, or documents) as a source of objects; `-` reads standard input. Where nobody names a namespace
 * it is the one that all Services of the file are in, the API server's own aside, else `default`. Throws INVALID_SNAPSHOT.
 */
export async function snapshotSource(file: string): Promise<ObjectSource> {
  const objects = await loadObjects(file);
  return {
    kind: 'snapshot',
    name: file,
    namespace: usualNamespace(objects),
    read: async (requests) => ({objects: select(objects, requests), unknown: []}),
    close: () => {
      // nothing is open
    },
  };
}

/** All objects of a file of manifests, Lists opened. */
async function loadObjects(file: string): Promise<readonly KubernetesObject[]> {
  const text = file === '-' ? await readStdin() : readText(file);
  const documents = text.trimStart().startsWith('{') ? (parseJson(text) ?? (await parseYaml(file, text))) : await parseYaml(file, text);
  const objects = documents.flatMap(openList);
  if (objects.length === 0) throw new KiadaError('INVALID_SNAPSHOT', `${file} holds no Kubernetes object`);
  return objects;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new KiadaError('INVALID_SNAPSHOT', `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`, {
      cause: error,
    });
  }
}

/** JSON by Node's own parser, which is many times faster; null where it is none, or several documents: YAML then tells where. */
function parseJson(text: string): readonly unknown[] | null {
  try {
    return [JSON.parse(text)];
  } catch {
    return null; // the YAML parser reads JSON too, and names the line
  }
}

async function parseYaml(file: string, text: string): Promise<readonly unknown[]> {
  const {YamlProblem, yamlDocuments} = await import('./yaml-documents.ts');
  try {
    return yamlDocuments(text).map((document) => document.value);
  } catch (error) {
    if (error instanceof YamlProblem) throw new KiadaError('INVALID_SNAPSHOT', `${file}:${error.line}: ${error.message}`);
    throw error;
  }
}

function openList(document: unknown): readonly KubernetesObject[] {
  if (typeof document !== 'object' || document === null) return [];
  const object = document as KubernetesObject;
  if (typeof object.kind !== 'string') return [];
  return object.kind.endsWith('List') && Array.isArray(object['items']) ? itemsOf(object.kind, object['items']) : [object];
}

/** Items of a typed list may lack the kind that the list's name gives. */
function itemsOf(listKind: string, items: readonly unknown[]): readonly KubernetesObject[] {
  const kind = listKind.slice(0, -'List'.length);
  return items.flatMap((item) => openList(kind === '' || typeof item !== 'object' ? item : {kind, ...item}));
}

function usualNamespace(objects: readonly KubernetesObject[]): string {
  const services = objects.filter((object) => isOf(object, RESOURCES.services) && !isApiService(object)).map(namespaceOf);
  const [only, ...others] = new Set(services);
  return only !== undefined && others.length === 0 ? only : 'default';
}

function isApiService(object: KubernetesObject): boolean {
  return namespaceOf(object) === 'default' && object.metadata?.name === 'kubernetes';
}

/**
 * Label and field selectors only spare a cluster work: whoever asks with one looks at what comes. But the slices of other Services are
 * left out, which are most of a large snapshot.
 */
function select(objects: readonly KubernetesObject[], requests: readonly ReadRequest[]): readonly KubernetesObject[] {
  const chosen = new Set<KubernetesObject>();
  const ofKind = Map.groupBy(objects, ({kind}) => kind);
  for (const request of requests) {
    const resource: Resource = RESOURCES[request.resource];
    for (const object of ofKind.get(resource.kind) ?? []) {
      if (!isOf(object, resource)) continue;
      if (resource.namespaced && request.namespace !== null && namespaceOf(object) !== request.namespace) continue;
      if (request.name !== undefined && object.metadata?.name !== request.name) continue;
      if (request.ofServices !== undefined && !isOfServices(object, request.ofServices)) continue;
      chosen.add(object);
    }
  }
  return [...chosen];
}

/** An empty label names nobody, to the view as to the controllers. */
function isOfServices(slice: KubernetesObject, services: readonly string[] | 'nobody'): boolean {
  const label: unknown = slice.metadata?.labels?.[SERVICE_NAME];
  return services === 'nobody' ? typeof label !== 'string' || label === '' : typeof label === 'string' && services.includes(label);
}

/** Of the resource's kind and group, whatever the version: another group may have a kind of the same name. */
function isOf(object: KubernetesObject, resource: Resource): boolean {
  const {kind, apiVersion} = object;
  if (kind !== resource.kind) return false;
  return apiVersion === undefined || apiVersion === resource.apiVersion || groupOf(apiVersion) === groupOf(resource.apiVersion);
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

function namespaceOf(object: KubernetesObject): string {
  return object.metadata?.namespace ?? 'default';
}
