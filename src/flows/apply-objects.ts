import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import type {Manifest} from '../kube/index.ts';
import type {ApplyResult, KubernetesObject} from '../model/index.ts';
import {manifestsOf} from './manifests-of.ts';
import type {ClusterSource} from './source.ts';

export interface ApplyFlags {
  readonly namespace?: string | undefined;
  readonly filename?: readonly string[] | undefined;
  readonly recursive: boolean;
  readonly wait: boolean;
  readonly timeout: number;
}

/** Applies setups and files, prunes and waits as the flags say. */
export async function applyFlow(
  source: ClusterSource,
  setups: readonly string[],
  flags: ApplyFlags & {readonly 'dry-run': string; readonly 'force-conflicts': boolean; readonly prune: boolean},
  say: (text: string) => void,
): Promise<ApplyResult> {
  const {applyManifests} = await import('../kube/index.ts');
  const namespace = flags.namespace ?? source.namespace;
  const manifests = await manifestsOf(setups, flags.filename ?? [], flags.recursive);
  const dryRun = flags['dry-run'] as 'none' | 'client' | 'server';
  const applied = await applyManifests(source.client, manifests, {namespace, dryRun, force: flags['force-conflicts']});
  for (const warning of new Set(applied.flatMap((object) => object.warnings))) say(`Warning: ${warning}`);
  const objects = applied.map(({kind, namespace: where, name, action}) => ({kind, namespace: where, name, action}));
  const pruned = flags.prune && dryRun === 'none' ? await prune(source, setups, manifests, namespace) : [];
  if (flags.wait && dryRun === 'none') await waitForPods(source, manifests, namespace, flags.timeout, say);
  return {objects: [...objects, ...pruned]};
}

/** Deletes what setups and files name. */
export async function deleteFlow(source: ClusterSource, setups: readonly string[], flags: ApplyFlags): Promise<ApplyResult> {
  const {deleteManifests} = await import('../kube/index.ts');
  const manifests = await manifestsOf(setups, flags.filename ?? [], flags.recursive);
  const signal = AbortSignal.timeout(flags.timeout);
  const objects = await deleteManifests(source.client, manifests, {
    namespace: flags.namespace ?? source.namespace,
    wait: flags.wait,
    signal,
  });
  if (flags.wait && signal.aborted) throw new KiadaError('TIMED_OUT', `not all of it was gone after ${flags.timeout / 1000} s`);
  return {objects};
}

const SETUP_LABEL = 'kiada.dev/setup';
const PRUNED = ['services', 'pods', 'configmaps', 'endpoints', 'endpointslices', 'deployments'] as const;

/** Deletes objects that carry a named setup's label but are no longer in it. */
async function prune(
  source: ClusterSource,
  setups: readonly string[],
  manifests: readonly Manifest[],
  namespace: string,
): Promise<ApplyResult['objects']> {
  const {objectPath, RESOURCES} = await import('../kube/index.ts');
  const keep = new Set(manifests.map(({object}) => `${object.kind}/${object.metadata?.name}`));
  const labelSelector = `${SETUP_LABEL} in (${setups.join(',')})`;
  const {objects} = await source.read(PRUNED.map((resource) => ({resource, namespace, labelSelector})));
  const doomed = objects.filter((object) => setups.length > 0 && !keep.has(`${object.kind}/${object.metadata?.name}`));
  for (const object of doomed) {
    const resource = Object.values(RESOURCES).find((known) => known.kind === object.kind);
    if (resource) await source.client.send({method: 'DELETE', path: objectPath(resource, namespace, object.metadata?.name ?? '')});
  }
  return doomed.map((object) => ({kind: object.kind ?? '', namespace, name: object.metadata?.name ?? '', action: 'deleted' as const}));
}

/** Waits until the pods among the manifests, and those that their workloads make, are ready. */
async function waitForPods(
  source: ClusterSource,
  manifests: readonly Manifest[],
  fallback: string,
  timeoutMs: number,
  say: (text: string) => void,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const wanted = manifests.filter(({object}) => object.kind === 'Pod');
  const namespaces = [...new Set(wanted.map(({object}) => object.metadata?.namespace ?? fallback))];
  let told = -1;
  for (;;) {
    const {objects} = await source.read(namespaces.map((namespace) => ({resource: 'pods' as const, namespace})));
    const waiting = wanted.filter(({object}) => !objects.some((pod) => isSame(pod, object, fallback) && isReady(pod)));
    if (waiting.length !== told) say(`${wanted.length - waiting.length} of ${wanted.length} pods ready`);
    told = waiting.length;
    if (waiting.length === 0) return;
    if (Date.now() > deadline) {
      const names = waiting.map(({object}) => object.metadata?.name).join(', ');
      throw new KiadaError('TIMED_OUT', `not ready after ${timeoutMs / 1000} s: ${names}`, {
        hint: `Look at one with: kubectl describe pod ${waiting[0]?.object.metadata?.name}`,
      });
    }
    await delay(150);
  }
}

function isSame(pod: KubernetesObject, wanted: KubernetesObject, fallback: string): boolean {
  return pod.metadata?.name === wanted.metadata?.name && pod.metadata?.namespace === (wanted.metadata?.namespace ?? fallback);
}

function isReady(pod: KubernetesObject): boolean {
  const conditions = (pod['status'] as {conditions?: readonly {type: string; status: string}[]} | undefined)?.conditions ?? [];
  return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True');
}
