import {readFileSync} from 'node:fs';
import {KiadaError} from '../errors.ts';
import type {KubernetesObject} from '../model/index.ts';
import type {ObjectSource, ReadRequest} from './read.ts';
import {RESOURCES} from './resources.ts';

/** A snapshot file (YAML or JSON: a List, or documents) as a source of objects; `-` reads standard input. */
export async function snapshotSource(file: string): Promise<ObjectSource> {
  const objects = await loadObjects(file);
  return {
    kind: 'snapshot',
    name: file,
    namespace: 'default',
    read: async (requests) => ({objects: select(objects, requests), unknown: []}),
    close: () => {},
  };
}

/** All objects of a file of manifests, Lists opened. */
async function loadObjects(file: string): Promise<readonly KubernetesObject[]> {
  const text = readText(file);
  const documents = text.trimStart().startsWith('{') ? [parseJson(file, text)] : await parseYaml(file, text);
  const objects = documents.flatMap(openList);
  if (objects.length === 0) throw new KiadaError('INVALID_SNAPSHOT', `${file} holds no Kubernetes object`);
  return objects;
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new KiadaError('INVALID_SNAPSHOT', `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}`, {
      cause: error,
    });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new KiadaError('INVALID_SNAPSHOT', `${file} is not valid JSON: ${(error as Error).message}`, {cause: error});
  }
}

async function parseYaml(file: string, text: string): Promise<readonly unknown[]> {
  const {parseAllDocuments} = await import('yaml');
  return [...parseAllDocuments(text)].map((document) => {
    const problem = document.errors[0];
    if (problem) throw new KiadaError('INVALID_SNAPSHOT', `${file}: ${problem.message.split('\n')[0] ?? 'not valid YAML'}`);
    return document.toJS({maxAliasCount: 1000}) as unknown;
  });
}

function openList(document: unknown): readonly KubernetesObject[] {
  if (typeof document !== 'object' || document === null) return [];
  const object = document as KubernetesObject;
  if (object.kind?.endsWith('List') && Array.isArray(object['items'])) return object['items'].flatMap(openList);
  return typeof object.kind === 'string' ? [object] : [];
}

function select(objects: readonly KubernetesObject[], requests: readonly ReadRequest[]): readonly KubernetesObject[] {
  const chosen = new Set<KubernetesObject>();
  for (const request of requests) {
    const resource = RESOURCES[request.resource];
    for (const object of objects) {
      if (object.kind !== resource.kind) continue;
      if (resource.namespaced && request.namespace !== null && (object.metadata?.namespace ?? 'default') !== request.namespace) continue;
      if (request.name !== undefined && object.metadata?.name !== request.name) continue;
      chosen.add(object);
    }
  }
  return [...chosen];
}
