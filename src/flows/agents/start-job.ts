import {randomBytes} from 'node:crypto';
import {readFileSync} from 'node:fs';
import path from 'node:path';
import {type KubeClient, openExec} from '../../kube/index.ts';
import type {KubernetesObject} from '../../model/index.ts';
import {packageRoot} from '../package-root.ts';
import {AGENT_CONTAINER, type Agent, type AgentOptions} from './agent.ts';
import {type AgentPlacement, agentJob, PROGRAM, programMap} from './agent-manifests.ts';
import {untilPodsRun} from './until-pods-run.ts';

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
  const made: string[] = [];
  const close = once(() => removeJob(client, options.namespace, name, made));
  try {
    await client.send({method: 'POST', path: `${base}/configmaps`, body: programMap(name, options.namespace, agentProgram(), job)});
    const pods = await untilPodsRun(client, {namespace: options.namespace, job: name, count: placement.count}, options.signal);
    made.push(...pods.map((pod) => pod.metadata?.name ?? ''));
    return pods.map((pod) => {
      const target = {namespace: options.namespace, pod: pod.metadata?.name ?? '', container: AGENT_CONTAINER};
      return {
        at: placement.count > 1 ? `pod/${target.pod} on ${nodeOf(pod)}` : at,
        target,
        pod,
        run: (args) => openExec(client, target, ['node', PROGRAM, ...args], {stdin: true}),
        close,
      };
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Deletes a Job of agents and its pods. The pods by force: one on a node that is gone would stay until the node is back, and what is left to run
 * there ends at its deadline.
 */
export async function removeJob(client: KubeClient, namespace: string, job: string, pods: readonly string[]): Promise<void> {
  const gone = (path: string, query: Readonly<Record<string, string | number>>) =>
    client.send({method: 'DELETE', path, query}).catch(() => {
      // its deadline takes it away
    });
  const inNamespace = `namespaces/${encodeURIComponent(namespace)}`;
  await gone(`/apis/batch/v1/${inNamespace}/jobs/${encodeURIComponent(job)}`, {propagationPolicy: 'Background', gracePeriodSeconds: 0});
  await Promise.all(pods.map((pod) => gone(`/api/v1/${inNamespace}/pods/${encodeURIComponent(pod)}`, {gracePeriodSeconds: 0})));
}

/** All agents of a Job go together, whichever is closed first. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => {
    running ??= work();
    return running;
  };
}

function nodeOf(pod: KubernetesObject): string {
  return ((pod['spec'] ?? {}) as {nodeName?: string}).nodeName ?? '';
}
