import type {AgentsResult, KubernetesObject} from '../../model/index.ts';
import type {ClusterSource} from '../source.ts';
import {AGENT_LABELS} from './agent.ts';

const SELECTOR = Object.entries(AGENT_LABELS)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');

/** The Jobs of agents in one namespace or (null) all. */
export async function listAgents(source: ClusterSource, namespace: string | null): Promise<AgentsResult> {
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const list = (await source.client.get(`/apis/batch/v1${scope}/jobs`, {labelSelector: SELECTOR})) as {items?: readonly KubernetesObject[]};
  return {agents: (list.items ?? []).map(agentOf)};
}

function agentOf(job: KubernetesObject): AgentsResult['agents'][number] {
  const spec = (job['spec'] ?? {}) as {completions?: number; activeDeadlineSeconds?: number};
  const created = job.metadata?.creationTimestamp ?? null;
  const ends =
    created === null || spec.activeDeadlineSeconds === undefined
      ? null
      : new Date(Date.parse(created) + spec.activeDeadlineSeconds * 1000).toISOString();
  return {
    namespace: job.metadata?.namespace ?? '',
    name: job.metadata?.name ?? '',
    agents: spec.completions ?? 1,
    createdAt: created,
    endsAt: ends,
  };
}

/** Deletes them; what they own goes with them. */
export async function cleanAgents(source: ClusterSource, namespace: string | null): Promise<AgentsResult> {
  const {agents} = await listAgents(source, namespace);
  for (const agent of agents) {
    const path = `/apis/batch/v1/namespaces/${encodeURIComponent(agent.namespace)}/jobs/${encodeURIComponent(agent.name)}`;
    await source.client.send({method: 'DELETE', path, query: {propagationPolicy: 'Background', gracePeriodSeconds: 0}});
  }
  return {agents};
}
