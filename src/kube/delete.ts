import type {KubernetesObject, ObjectRef} from '../model/index.ts';
import type {KubeClient} from './client.ts';
import {discover} from './discovery.ts';
import type {Manifest} from './manifests.ts';
import {objectPath, type Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

export type DeletedObject = ObjectRef & {readonly action: 'deleted' | 'absent'};

interface Doomed {
  readonly ref: ObjectRef;
  readonly path: string;
}

/** Deletes what manifests name, last first; with `wait` returns only when all of it is gone or `signal` is aborted. */
export async function deleteManifests(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: {readonly namespace: string; readonly wait: boolean; readonly signal?: AbortSignal},
): Promise<readonly DeletedObject[]> {
  const find = discover(client);
  const doomed: Doomed[] = [];
  for (const {object} of manifests.toReversed()) doomed.push(doom(await find(object), object, options.namespace));
  const deleted: DeletedObject[] = [];
  for (const {ref, path} of doomed) deleted.push({...ref, action: await remove(client, path)});
  if (options.wait) for (const {path} of doomed) await untilGone(client, path, options.signal);
  return deleted;
}

function doom(resource: Resource, object: KubernetesObject, fallback: string): Doomed {
  const namespace = resource.namespaced ? (object.metadata?.namespace ?? fallback) : null;
  const name = object.metadata?.name ?? '';
  return {ref: {kind: resource.kind, namespace: namespace ?? '', name}, path: objectPath(resource, namespace, name)};
}

async function remove(client: KubeClient, path: string): Promise<'deleted' | 'absent'> {
  try {
    await client.send({method: 'DELETE', path, body: {kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background'}});
    return 'deleted';
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return 'absent';
    throw error;
  }
}

async function untilGone(client: KubeClient, path: string, signal: AbortSignal | undefined): Promise<void> {
  const {setTimeout: delay} = await import('node:timers/promises');
  for (let pause = 20; !signal?.aborted; pause = Math.min(500, pause * 1.5)) {
    const gone = await client.get(path, {}, signal).then(
      () => false,
      (error: unknown) => {
        if (error instanceof ApiRefusal && error.status === 404) return true;
        throw error;
      },
    );
    if (gone) return;
    await delay(pause);
  }
}
