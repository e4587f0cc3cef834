import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../../errors.ts';
import {type KubeClient, openExec} from '../../kube/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import {packageRoot} from '../package-root.ts';
import {AGENT_CONTAINER, type Agent, type AgentOptions} from './agent.ts';
import {type AgentPlacement, agentJob, PROGRAM, programMap} from './agent-manifests.ts';

const READY_TIMEOUT_MS = 60_000;

/** The agent's program, as it is built into this package. */
export function agentProgram(): string {
  return readFileSync(path.join(packageRoot(), 'dist', 'agent', 'agent.js'), 'utf8');
}

/** Starts agents as one Job and returns when all of them run. What was made is taken away again where they do not come up. */
export async function startJob(
  client: KubeClient,
  placement: AgentPlacement,
  options: AgentOptions,
  at: string,
): Promise<readonly Agent[]> {
  const name = `kiada-agent-${randomBytes(4).toString('hex')}`;
  const base = `/api/v1/namespaces/${encodeURIComponent(options.namespace)}`;
  const jobs = `/apis/batch/v1/namespaces/${encodeURIComponent(options.namespace)}/jobs`;
  const job = (await client.send({method: 'POST', path: jobs, body: agentJob(placement, options, name)})).body as KubernetesObject;
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await client
      .send({method: 'DELETE', path: `${jobs}/${name}`, query: {propagationPolicy: 'Background', gracePeriodSeconds: 0}})
      .catch(() => {
        // its deadline takes it away
      });
  };
  try {
    await client.send({method: 'POST', path: `${base}/configmaps`, body: programMap(name, options.namespace, agentProgram(), job)});
    const pods = await untilRunning(client, `${base}/pods`, name, placement.count);
    return pods.map((pod) => {
      const target = {namespace: options.namespace, pod: pod.metadata?.name ?? '', container: AGENT_CONTAINER};
      return {
        at: placement.count > 1 ? `node/${nodeOf(pod)}` : at,
        target,
        run: (args) => openExec(client, target, ['node', PROGRAM, ...args], {stdin: true}),
        close,
      };
    });
  } catch (error) {
    await close();
    throw error;
  }
}

function nodeOf(pod: KubernetesObject): string {
  return ((pod['spec'] ?? {}) as {nodeName?: string}).nodeName ?? '';
}

interface PodStatus {
  readonly phase?: string;
  readonly conditions?: readonly {readonly type: string; readonly status: string; readonly message?: string}[];
  readonly containerStatuses?: readonly {
    readonly ready: boolean;
    readonly state?: {readonly waiting?: {readonly reason?: string; readonly message?: string}};
  }[];
}

async function untilRunning(client: KubeClient, pods: string, job: string, count: number): Promise<readonly KubernetesObject[]> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  for (;;) {
    const list = (await client.get(pods, {labelSelector: `batch.kubernetes.io/job-name=${job}`})) as {items?: readonly KubernetesObject[]};
    const items = list.items ?? [];
    const running = items.filter((pod) => (pod['status'] as PodStatus | undefined)?.containerStatuses?.[0]?.ready === true);
    if (running.length >= count) return running;
    const why = items.map((pod) => whyWaiting(pod['status'] as PodStatus | undefined)).find((text) => text !== null) ?? null;
    if (why?.final || Date.now() > deadline) {
      throw new KiadaError('UNKNOWABLE', `the agent does not come up: ${why?.text ?? 'its pods are not running'}`, {
        hint: 'Name an image that the cluster has with --agent-image, or another namespace with --agent-namespace.',
      });
    }
    await delay(250);
  }
}

/** Reasons that time does not mend. */
const FINAL = new Set(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError']);

function whyWaiting(status: PodStatus | undefined): {text: string; final: boolean} | null {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason) return {text: `${waiting.reason} ${waiting.message ?? ''}`.trim(), final: FINAL.has(waiting.reason)};
  if (status?.phase === 'Failed') return {text: 'its pod failed', final: true};
  const unscheduled = status?.conditions?.find((condition) => condition.type === 'PodScheduled' && condition.status === 'False');
  return unscheduled ? {text: unscheduled.message ?? 'it cannot be scheduled', final: false} : null;
}
