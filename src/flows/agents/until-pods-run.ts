import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../../errors.ts';
import type {KubeClient} from '../../kube/index.ts';
import type {KubernetesObject} from '../../model/index.ts';

interface JobPods {
  readonly namespace: string;
  readonly job: string;
  readonly count: number;
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly {readonly type: string; readonly status: string; readonly message?: string}[];
  readonly containerStatuses?: readonly {
    readonly ready: boolean;
    readonly state?: {readonly waiting?: {readonly reason?: string; readonly message?: string}};
  }[];
}

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 250;

/** The pods of an indexed Job once all of them run, by their index. Throws UNKNOWABLE with the reason where they do not come up. */
export async function untilPodsRun(client: KubeClient, wanted: JobPods, signal: AbortSignal | null): Promise<readonly KubernetesObject[]> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    if (signal?.aborted) throw new KiadaError('INTERRUPTED', 'interrupted while the agents were starting');
    const items = await podsOf(client, wanted);
    const running = items.filter((pod) => (pod['status'] as PodStatus | undefined)?.containerStatuses?.[0]?.ready === true);
    if (running.length >= wanted.count) return running.toSorted((one, other) => indexOf(one) - indexOf(other));
    const late = Date.now() > deadline;
    const why = items.length === 0 ? await whyNone(client, wanted) : (items.map(whyWaiting).find((each) => each !== null) ?? null);
    if (why?.final || late) throw doesNotComeUp(wanted, running.length, why?.text ?? 'its pods are not running');
    await delay(POLL_MS);
  }
}

async function podsOf(client: KubeClient, {namespace, job}: JobPods): Promise<readonly KubernetesObject[]> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const list = (await client.get(path, {labelSelector: `batch.kubernetes.io/job-name=${job}`})) as {items?: readonly KubernetesObject[]};
  return list.items ?? [];
}

function indexOf(pod: KubernetesObject): number {
  return Number(pod.metadata?.labels?.['batch.kubernetes.io/job-completion-index'] ?? 0);
}

function doesNotComeUp({count}: JobPods, running: number, why: string): KiadaError {
  const what = count === 1 ? 'the agent does not come up' : `only ${running} of ${count} agents come up`;
  return new KiadaError('UNKNOWABLE', `${what}: ${why}`, {
    hint: 'Name an image that the cluster has with --agent-image, or another namespace with --agent-namespace.',
  });
}

interface Why {
  readonly text: string;
  /** Time does not mend it. */
  readonly final: boolean;
}

const FINAL = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError']);

function whyWaiting(pod: KubernetesObject): Why | null {
  const status = pod['status'] as PodStatus | undefined;
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason && waiting.reason !== 'ContainerCreating')
    return {text: `${waiting.reason} ${waiting.message ?? ''}`.trim(), final: FINAL.has(waiting.reason)};
  if (status?.phase === 'Failed') return {text: 'its pod failed', final: true};
  const unscheduled = status?.conditions?.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
  return unscheduled ? {text: unscheduled.message ?? 'it cannot be scheduled', final: false} : null;
}

/** A Job whose pods the API refuses (a quota, a security level) has none, and says so in an event. */
async function whyNone(client: KubeClient, {namespace, job}: JobPods): Promise<Why | null> {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events`;
  try {
    const list = (await client.get(path, {fieldSelector: `involvedObject.name=${job},reason=FailedCreate`})) as {
      items?: readonly {readonly message?: string}[];
    };
    const message = list.items?.[0]?.message;
    return message === undefined ? null : {text: message, final: true};
  } catch {
    return null; // without the right to read events the reason stays unknown
  }
}
