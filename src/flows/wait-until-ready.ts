import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import type {Manifest, ResourceName} from '../kube/index.ts';
import type {KubernetesObject} from '../model/index.ts';
import type {ClusterSource} from './source.ts';

/** The kinds that become ready, with the collection that each is read from. */
const WAITED: Readonly<Record<string, ResourceName>> = {
  Pod: 'pods',
  Deployment: 'deployments',
  ReplicaSet: 'replicasets',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
};

const PAUSE_MS = 150;

/** Waits until the pods and workloads among the manifests are ready, and says how far it is. Throws TIMED_OUT. */
export async function waitUntilReady(
  source: ClusterSource,
  manifests: readonly Manifest[],
  fallback: string,
  timeoutMs: number,
  say: (text: string) => void,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const wanted = manifests.flatMap(({object}) => {
    const resource = WAITED[object.kind ?? ''];
    const {name, namespace = fallback} = object.metadata ?? {};
    return resource === undefined || name === undefined ? [] : [{kind: object.kind ?? '', resource, namespace, name}];
  });
  if (wanted.length === 0) return;
  const collections = new Map(wanted.map(({resource, namespace}) => [`${resource} ${namespace}`, {resource, namespace}]));
  for (let told = -1; ; ) {
    const {objects} = await source.read([...collections.values()]);
    const ready = new Set(objects.filter(isReady).map(({kind, metadata}) => `${kind}/${metadata?.namespace}/${metadata?.name}`));
    const waiting = wanted.filter(({kind, namespace, name}) => !ready.has(`${kind}/${namespace}/${name}`));
    if (waiting.length !== told) say(`${wanted.length - waiting.length} of ${wanted.length} ready`);
    told = waiting.length;
    const [first] = waiting;
    if (first === undefined) return;
    if (Date.now() > deadline) {
      const names = waiting.map(({kind, name}) => `${kind.toLowerCase()}/${name}`).join(', ');
      throw new KiadaError('TIMED_OUT', `not ready after ${timeoutMs / 1000} s: ${names}`, {
        hint: `Look at one with: kubectl describe ${first.kind.toLowerCase()} ${first.name} -n ${first.namespace}`,
      });
    }
    await delay(PAUSE_MS);
  }
}

interface Status {
  readonly phase?: string;
  readonly conditions?: readonly {readonly type: string; readonly status: string}[];
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly desiredNumberScheduled?: number;
  readonly updatedNumberScheduled?: number;
  readonly numberReady?: number;
}

/** A pod by its condition (one that ran to its end needs no more), a workload when all its pods are of its newest form and ready. */
function isReady(object: KubernetesObject): boolean {
  const status = (object['status'] ?? {}) as Status;
  if (object.kind === 'Pod') {
    return status.phase === 'Succeeded' || (status.conditions ?? []).some(({type, status: value}) => type === 'Ready' && value === 'True');
  }
  if ((status.observedGeneration ?? 0) < (object.metadata?.generation ?? 0)) return false;
  const replicas = (object['spec'] as {replicas?: number} | undefined)?.replicas ?? 1;
  switch (object.kind) {
    case 'Deployment':
      return allAre(replicas, [status.replicas, status.updatedReplicas, status.availableReplicas]);
    case 'StatefulSet':
      return allAre(replicas, [status.replicas, status.readyReplicas]);
    case 'ReplicaSet':
      return allAre(replicas, [status.readyReplicas]);
    default:
      return status.desiredNumberScheduled !== undefined && allAre(status.desiredNumberScheduled, [status.numberReady]);
  }
}

function allAre(wanted: number, counts: readonly (number | undefined)[]): boolean {
  return counts.every((count) => (count ?? 0) === wanted);
}
