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

/** Deletes them with all that is theirs. */
export async function cleanAgents(source: ClusterSource, namespace: string | null): Promise<AgentsResult> {
  const [{removeJob}, {agents}, pods] = await Promise.all([
    import('./start-job.ts'),
    listAgents(source, namespace),
    podsOfAgents(source, namespace),
  ]);
  for (const agent of agents) {
    const own = pods.filter(({job, namespace: home}) => job === agent.name && home === agent.namespace).map(({name}) => name);
    await removeJob(source.client, agent.namespace, agent.name, own);
  }
  return {agents};
}

async function podsOfAgents(source: ClusterSource, namespace: string | null) {
  const scope = namespace === null ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const list = (await source.client.get(`/api/v1${scope}/pods`, {labelSelector: SELECTOR})) as {items?: readonly KubernetesObject[]};
  return (list.items ?? []).map(({metadata}) => ({
    namespace: metadata?.namespace ?? '',
    name: metadata?.name ?? '',
    job: metadata?.labels?.['batch.kubernetes.io/job-name'] ?? '',
  }));
}
