import {randomBytes} from 'node:crypto';
import {describe} from 'vitest';
import {KiadaError} from '../../../src/errors.ts';
import {connect, type KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import {KUBECONFIG} from './kubeconfig.ts';

const SKIPPED = 'skipped: KIADA_TEST_CLUSTER names no kubeconfig of a genuine cluster';

/** `describe` against the genuine cluster; without one its tests are skipped, and the title says why. */
export function describeOnCluster(title: string, body: () => void): void {
  if (KUBECONFIG === undefined) describe.skip(`${title} (${SKIPPED})`, body);
  else describe(title, body);
}

/** A cluster on a busy machine may take its time. */
const PATIENCE_MS = 120_000;

/** A client with the kubeconfig's rights. */
export function openClient(): Promise<KubeClient> {
  return connect({kubeconfig: KUBECONFIG, requestTimeoutMs: PATIENCE_MS});
}

/** A namespace of the tests' own, with a name that nobody else has. */
export async function makeNamespace(client: KubeClient): Promise<string> {
  const name = `kiada-test-${randomBytes(4).toString('hex')}`;
  await create(client, '/api/v1/namespaces', {apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
  return name;
}

/** Deletes a namespace with all that is in it; the cluster finishes that by itself. */
export async function dropNamespace(client: KubeClient, name: string): Promise<void> {
  await client.send({method: 'DELETE', path: `/api/v1/namespaces/${name}`});
}

export async function create(client: KubeClient, collection: string, object: object): Promise<KubernetesObject> {
  return (await send(client, {method: 'POST', path: collection, body: object})).body as KubernetesObject;
}

/** Sends a request, and again where the connection turns out to be closed. */
export async function send(client: KubeClient, request: Parameters<KubeClient['send']>[0]): ReturnType<KubeClient['send']> {
  try {
    return await client.send(request);
  } catch (error) {
    if (!isClosedMeanwhile(error)) throw error;
    return await client.send(request);
  }
}

/** A kept-alive connection may be closed by the server between two rounds of a long run; it has read nothing then. */
function isClosedMeanwhile(error: unknown): boolean {
  return error instanceof KiadaError && error.code === 'UNREACHABLE' && (error.cause as {code?: string} | undefined)?.code === 'ECONNRESET';
}

export async function merge(client: KubeClient, path: string, patch: object): Promise<KubernetesObject> {
  const contentType = 'application/merge-patch+json';
  return (await send(client, {method: 'PATCH', path, body: patch, contentType})).body as KubernetesObject;
}
