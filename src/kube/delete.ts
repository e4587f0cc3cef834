import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import type {KubernetesObject, ObjectRef} from '../model/index.ts';
import {inOrder} from './apply-plan.ts';
import type {KubeClient} from './client.ts';
import {discover} from './discovery.ts';
import type {Manifest} from './manifests.ts';
import {objectPath, type Resource} from './resources.ts';
import {ApiRefusal} from './status-error.ts';

export type DeletedObject = ObjectRef & {readonly action: 'deleted' | 'absent'};

export interface DeleteOptions {
  /** For manifests that name none. */
  readonly namespace: string;
  /** Whether to return only when all of it is gone. */
  readonly wait: boolean;
  /** Ends the waiting: TIMED_OUT is thrown then. */
  readonly deadline: AbortSignal;
  /** Time that a pod has to end, where it is another than its own. */
  readonly graceSeconds?: number;
}

interface Doomed {
  readonly ref: ObjectRef;
  readonly path: string;
}

/** Deletes what manifests name, last first. Every manifest is placed before anything is deleted. */
export async function deleteManifests(
  client: KubeClient,
  manifests: readonly Manifest[],
  options: DeleteOptions,
): Promise<readonly DeletedObject[]> {
  const find = discover(client);
  const doomed = await inOrder(manifests.toReversed(), async (manifest) => doom(await find(manifest.object), manifest, options.namespace));
  const removed = await inOrder(doomed, async (one) => ({...one, uid: await remove(client, one.path, options.graceSeconds)}));
  if (options.wait) await inOrder(removed, ({path, uid}) => untilGone(client, path, uid, options.deadline));
  return removed.map(({ref, uid}) => ({...ref, action: uid === null ? 'absent' : 'deleted'}));
}

function doom(resource: Resource, {object, file, line}: Manifest, fallback: string): Doomed {
  const name = object.metadata?.name;
  // without a name the path would be the whole collection's
  if (!name) throw new KiadaError('INVALID_MANIFEST', `${file}:${line}: metadata.name is missing: nothing says which object to delete`);
  const namespace = resource.namespaced ? (object.metadata?.namespace ?? fallback) : null;
  return {ref: {kind: resource.kind, namespace: namespace ?? '', name}, path: objectPath(resource, namespace, name)};
}

/** The uid of what was deleted (empty where the server does not tell), or null where there was nothing. */
async function remove(client: KubeClient, path: string, graceSeconds: number | undefined): Promise<string | null> {
  try {
    const grace = graceSeconds === undefined ? {} : {gracePeriodSeconds: graceSeconds};
    const options = {kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background', ...grace};
    const {body} = await client.send({method: 'DELETE', path, body: options});
    const answer = body as KubernetesObject & {details?: {uid?: string}};
    return answer.details?.uid ?? answer.metadata?.uid ?? '';
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return null;
    throw error;
  }
}

/** Waits until the object is gone, or another of its name is there: what a controller makes anew is not what was deleted. */
async function untilGone(client: KubeClient, path: string, uid: string | null, deadline: AbortSignal): Promise<void> {
  for (let pause = 20; uid !== null; pause = Math.min(500, pause * 1.5)) {
    if (deadline.aborted) throw new KiadaError('TIMED_OUT', `not all of it was gone in time: ${path} is still there`);
    const present = await presentUid(client, path);
    if (present === null || (uid !== '' && present !== uid)) return;
    await delay(pause, undefined, {signal: deadline}).catch(() => {
      // the deadline: seen at the loop's head
    });
  }
}

async function presentUid(client: KubeClient, path: string): Promise<string | null> {
  try {
    return ((await client.get(path)) as KubernetesObject).metadata?.uid ?? '';
  } catch (error) {
    if (error instanceof ApiRefusal && error.status === 404) return null;
    throw error;
  }
}
