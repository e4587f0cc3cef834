import type {KubernetesObject, Unknown} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import {collectionPath, groupPath, objectPath, RESOURCES, type Resource, type ResourceName} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

/** One thing to read: a collection, or one object of it. */
export interface ReadRequest {
  readonly resource: ResourceName;
  /** null for all namespaces. */
  readonly namespace: string | null;
  readonly name?: string;
  readonly labelSelector?: string | undefined;
  /** Of EndpointSlices: only those of Services with these names, or (`nobody`) those whose label names none. */
  readonly ofServices?: readonly string[] | 'nobody' | undefined;
  readonly fieldSelector?: string | undefined;
  /** Whether the answer is worth having without it: a missing right then makes an Unknown in place of an error. */
  readonly optional?: boolean;
}

export interface ReadResult {
  readonly objects: readonly KubernetesObject[];
  readonly unknown: readonly Unknown[];
}

/** Where objects come from: a cluster or a snapshot file. */
export interface ObjectSource {
  readonly kind: 'cluster' | 'snapshot';
  /** The context's name or the file's. */
  readonly name: string;
  /** The namespace where none is asked for. */
  readonly namespace: string;
  /** Reads all requests at once. An object that is asked for by name and does not exist is left out. */
  read(requests: readonly ReadRequest[]): Promise<ReadResult>;
  close(): void;
}

/** The label of EndpointSlices that names their Service. */
export const SERVICE_NAME = 'kubernetes.io/service-name';

/** Objects per page of a list: kubectl's own figure. */
const PAGE = 500;

/** The cluster behind a client as a source of objects. */
export function clusterSource(client: KubeClient): ObjectSource & {readonly client: KubeClient} {
  return {
    kind: 'cluster',
    name: client.context,
    namespace: client.namespace,
    client,
    read: async (requests) => merge(await Promise.all(requests.map((request) => readOne(client, request)))),
    close: () => client.close(),
  };
}

function merge(results: readonly ReadResult[]): ReadResult {
  return {objects: results.flatMap((result) => result.objects), unknown: results.flatMap((result) => result.unknown)};
}

async function readOne(client: KubeClient, request: ReadRequest): Promise<ReadResult> {
  const resource: Resource = RESOURCES[request.resource];
  try {
    const objects =
      request.name === undefined ? await listAll(client, resource, request) : await getOne(client, resource, request, request.name);
    return {objects, unknown: []};
  } catch (error) {
    if (request.optional && error instanceof ApiRefusal && (error.status === 403 || error.status === 404)) {
      const lacking = resource.extension && !(await isServed(client, resource));
      return {objects: [], unknown: lacking ? [] : [unreadable(resource, request, error)]};
    }
    throw error;
  }
}

/** Whether the cluster has an extension at all: rights are checked before that is, but what groups there are everybody may ask. */
async function isServed(client: KubeClient, resource: Resource): Promise<boolean> {
  try {
    const {resources} = (await client.get(groupPath(resource))) as {resources?: readonly {name: string}[]};
    return (resources ?? []).some(({name}) => name === resource.plural);
  } catch (error) {
    if (error instanceof ApiRefusal) return error.status !== 404;
    throw error;
  }
}

async function getOne(client: KubeClient, resource: Resource, request: ReadRequest, name: string): Promise<readonly KubernetesObject[]> {
  try {
    return [(await client.get(objectPath(resource, request.namespace, name))) as KubernetesObject];
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404 && error.reason === 'NotFound') return [];
    throw error;
  }
}

/** All objects of a collection, page by page, with the kind that lists leave out put back. */
export async function listAll(
  client: KubeClient,
  resource: Resource,
  request: Pick<ReadRequest, 'namespace' | 'labelSelector' | 'ofServices' | 'fieldSelector'>,
): Promise<readonly KubernetesObject[]> {
  return (await listWithVersion(client, resource, request)).objects;
}

/** As `listAll`, with the resourceVersion that a watch can go on from. */
export async function listWithVersion(
  client: KubeClient,
  resource: Resource,
  request: Pick<ReadRequest, 'namespace' | 'labelSelector' | 'ofServices' | 'fieldSelector'>,
  signal?: AbortSignal,
): Promise<{objects: readonly KubernetesObject[]; resourceVersion: string}> {
  const path = collectionPath(resource, request.namespace);
  const selectors = {labelSelector: selectorOf(request), fieldSelector: request.fieldSelector};
  try {
    return await listPages(client, resource, path, {...selectors, limit: PAGE}, signal);
  } catch (error) {
    // a continue token expired while the pages were read: all at once then, as client-go does, which cannot expire again
    if (!(error instanceof ApiRefusal && error.status === 410)) throw error;
    return await listPages(client, resource, path, selectors, signal);
  }
}

function selectorOf({labelSelector, ofServices}: Pick<ReadRequest, 'labelSelector' | 'ofServices'>): string | undefined {
  if (ofServices === undefined) return labelSelector;
  return ofServices === 'nobody' ? `!${SERVICE_NAME}` : `${SERVICE_NAME} in (${ofServices.join(',')})`;
}

async function listPages(
  client: KubeClient,
  resource: Resource,
  path: string,
  query: Record<string, string | number | undefined>,
  signal?: AbortSignal,
): Promise<{objects: readonly KubernetesObject[]; resourceVersion: string}> {
  const objects: KubernetesObject[] = [];
  let next: string | undefined;
  for (;;) {
    const page = (await client.get(path, {...query, continue: next}, signal)) as {
      items?: readonly KubernetesObject[];
      metadata?: {continue?: string; resourceVersion?: string};
    };
    for (const item of page.items ?? []) objects.push({...item, apiVersion: resource.apiVersion, kind: resource.kind});
    next = page.metadata?.continue || undefined;
    if (next === undefined) return {objects, resourceVersion: page.metadata?.resourceVersion ?? ''};
  }
}

function unreadable(resource: Resource, request: ReadRequest, error: ApiRefusal): Unknown {
  const where = !resource.namespaced ? '' : request.namespace === null ? ' in all namespaces' : ` in namespace ${request.namespace}`;
  const verb = request.name === undefined ? 'list' : 'get';
  const why =
    error.status === 403 ? `the right to ${verb} ${resource.plural}${where} is missing` : `the API server has no ${resource.plural}`;
  return {what: `${resource.plural}${where}`, why};
}
