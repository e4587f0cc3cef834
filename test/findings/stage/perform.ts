import {setTimeout as delay} from 'node:timers/promises';
import {ApiRefusal, type KubeClient} from '../../../src/kube/index.ts';
import type {KubernetesObject} from '../../../src/model/index.ts';
import type {Script} from './script.ts';
import {apply, asWritten, createOnly, pathOf, report} from './writes.ts';

// Writes a script into a cluster. The API server and all controllers are the cluster's own; kubelets are played, since most of a
// recording's pods are what their kubelets say of them.

const PATIENCE_MS = 20_000;
const SYSTEM = 'kube-system';
const LABEL = 'kiada-gallery';

/** Addresses of the record and those that the API server gave. */
type Addresses = ReadonlyMap<string, string>;

export async function perform(client: KubeClient, script: Script): Promise<void> {
  const addresses = new Map<string, string>();
  for (const name of script.namespaces) await apply(client, {apiVersion: 'v1', kind: 'Namespace', metadata: {name}});
  await Promise.all(script.namespaces.map((name) => untilInhabitable(client, name)));
  for (const object of script.objects) {
    if (object.kind === 'Node' || isLate(script, object)) continue;
    const nodePorts = script.recording.keeps.includes('nodePorts');
    const written = withAddresses(asWritten(object, {makerNode: script.nodes[0], nodePorts}), addresses);
    if (object.metadata?.namespace === SYSTEM) await createOnly(client, marked(written));
    else noteAddresses(object, await apply(client, written), addresses);
    await reportRecorded(client, script, withAddresses(object, addresses));
    if (object.metadata?.deletionTimestamp !== undefined) await remove(client, object);
  }
}

function marked({metadata, ...object}: KubernetesObject): KubernetesObject {
  return {...object, metadata: {...metadata, labels: {...metadata?.labels, [LABEL]: ''}}};
}

/** Writes what comes when the controllers have done their part. */
export async function performLate(client: KubeClient, script: Script): Promise<void> {
  for (const object of script.objects.filter((one) => isLate(script, one))) await apply(client, asWritten(object));
}

function isLate({recording}: Script, {kind}: KubernetesObject): boolean {
  return kind === 'Endpoints' && recording.keeps.includes('editedEndpoints');
}

/** Pods and Services are as the record has them; of workloads their controllers report. */
async function reportRecorded(client: KubeClient, {recording}: Script, object: KubernetesObject): Promise<void> {
  if (object['status'] === undefined || (object.kind !== 'Pod' && object.kind !== 'Service')) return;
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const young = recording.keeps.includes('youngContainers');
  const status = young ? JSON.stringify(object['status']).replaceAll(/"startedAt":"[^"]*"/g, `"startedAt":"${now}"`) : null;
  await report(client, object, status === null ? object['status'] : JSON.parse(status));
}

/** Deleted, and not yet gone: nobody says that it has ended, or its finalizers hold it. */
async function remove(client: KubeClient, object: KubernetesObject): Promise<void> {
  await client.send({method: 'DELETE', path: pathOf(object), body: object.kind === 'Pod' ? {gracePeriodSeconds: 3600} : {}});
}

function noteAddresses(recorded: KubernetesObject, made: KubernetesObject, addresses: Map<string, string>): void {
  if (recorded.kind !== 'Service') return;
  const [old = [], now = []] = [recorded, made].map((object) => (object['spec'] as {clusterIPs?: readonly string[]}).clusterIPs ?? []);
  for (const [index, address] of old.entries()) if (address !== 'None') addresses.set(address, now[index] ?? address);
}

function withAddresses(object: KubernetesObject, addresses: Addresses): KubernetesObject {
  const changed = [...addresses].reduce((text, [old, now]) => {
    const whole = new RegExp(`(?<![\\d.:a-f])${old.replaceAll('.', '\\.')}(?![\\d.]|:[\\da-f])`, 'g');
    return text.replaceAll(whole, now);
  }, JSON.stringify(object));
  return JSON.parse(changed) as KubernetesObject;
}

export async function untilInhabitable(client: KubeClient, namespace: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  while (((await client.get(path)) as {items: readonly unknown[]}).items.length === 0) {
    if (Date.now() > deadline) throw new Error(`namespace ${namespace} got no service account`);
    await delay(100);
  }
}

/** Takes away what scripts have written into kube-system: the next may want the same names. */
export async function strikeSystem(client: KubeClient): Promise<void> {
  for (const resource of ['pods', 'configmaps']) {
    const query = {labelSelector: LABEL, gracePeriodSeconds: 0};
    await client.send({method: 'DELETE', path: `/api/v1/namespaces/${SYSTEM}/${resource}`, query});
  }
}

/** Takes away the namespaces of a script, as far as they have been made; the cluster finishes that by itself. */
export async function strike(client: KubeClient, script: Script): Promise<void> {
  try {
    await strikeNamespaces(client, script);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.status !== 404) throw error;
  }
}

async function strikeNamespaces(client: KubeClient, {namespaces, objects}: Script): Promise<void> {
  for (const object of objects.filter(({metadata}) => metadata?.finalizers !== undefined)) {
    const contentType = 'application/merge-patch+json';
    await client.send({method: 'PATCH', path: pathOf(object), body: {metadata: {finalizers: null}}, contentType});
  }
  for (const name of namespaces) {
    const path = `/api/v1/namespaces/${name}`;
    await client.send({method: 'DELETE', path: `${path}/pods`, query: {gracePeriodSeconds: 0}}); // no kubelet says that these have ended
    await client.send({method: 'DELETE', path});
  }
}
