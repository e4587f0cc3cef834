import {KiadaError} from '../../errors.ts';
import type {LoadPlan} from '../../load/index.ts';
import type {ClusterView, RouteEndpoint} from '../../model/index.ts';
import type {Agent} from '../agents/agent.ts';
import {type PlannedRun, planRuns, type RunQuestion} from './plan-runs.ts';

/** One of several agents, with where its own connections should end up. */
export interface PlannedSource {
  readonly agent: Agent;
  readonly run: PlannedRun;
}

/** A run that several agents share. */
export interface SharedRun extends PlannedRun {
  readonly sources: readonly PlannedSource[];
}

/** As many pods as somebody's cluster is asked for at the most. */
const MAX_AGENTS = 100;
/** More than one thread of Node can send while it keeps its times. */
const MAX_RATE = 20_000;

/** Throws USAGE where the load cannot be divided among so many agents. */
export function requireDivisible(plan: Pick<LoadPlan, 'connections' | 'requests' | 'pace'>, agents: number): void {
  if (agents > MAX_AGENTS)
    throw new KiadaError('USAGE', `--agents ${agents} are more than ${MAX_AGENTS}`, {hint: 'Give each of fewer agents more connections.'});
  if (plan.connections < agents)
    throw new KiadaError('USAGE', `${plan.connections} connections cannot be divided among ${agents} agents`, {
      hint: `Add --connections ${agents} or more: the number is that of all agents together.`,
    });
  if (plan.requests !== null && plan.requests < agents)
    throw new KiadaError('USAGE', `${plan.requests} requests cannot be divided among ${agents} agents`, {hint: 'Ask for fewer agents.'});
  if (plan.pace.mode !== 'open') return;
  const highest = Math.max(plan.pace.rate, ...plan.pace.steps.map(({rate}) => rate));
  if (highest / agents > MAX_RATE)
    throw new KiadaError('USAGE', `${highest} requests a second are more than ${agents} agents send at their times (${MAX_RATE} each)`, {
      hint: `Add --agents ${Math.ceil(highest / MAX_RATE)} or more, where the cluster has the cores.`,
    });
}

/** The runs by each path, with the agents in the order of their nodes, each agent's part predicted from its own place. A node port is addressed at the same node by all. */
export async function planSharedRuns(view: ClusterView, question: RunQuestion, started: readonly Agent[]): Promise<readonly SharedRun[]> {
  const nodeOf = ({target}: Agent) => view.pods.get(`${target.namespace}/${target.pod}`)?.nodeName ?? '';
  const agents = started.toSorted((one, other) => (nodeOf(one) < nodeOf(other) ? -1 : 1));
  const from = ({target}: Agent) => `pod/${target.namespace}/${target.pod}`;
  const leads = await planRuns(view, {...question, from: from(agents[0] as Agent)});
  return Promise.all(
    leads.map(async (lead) => {
      const entry = question.entry ?? (lead.via === 'nodeport' ? lead.entryNode : null);
      const sources = await Promise.all(
        agents.map(async (agent) => {
          const [run] = await planRuns(view, {...question, via: [lead.via], entry, from: from(agent)});
          return {agent, run: run as PlannedRun};
        }),
      );
      return shared(lead, sources);
    }),
  );
}

function shared(lead: PlannedRun, sources: readonly PlannedSource[]): SharedRun {
  const runs = sources.map(({run}) => run);
  return {
    ...lead,
    fromText: `${sources.length} agents`,
    entryNode: runs.every(({entryNode}) => entryNode === lead.entryNode) ? lead.entryNode : null,
    entries: runs.reduce((sum, {entries}) => sum + entries, 0),
    predicted: meanOf(runs.map((run) => ({run, weight: 1}))),
    sources,
  };
}

/** What is expected of several sources together, each with the weight of its requests. */
export function meanOf(parts: readonly {readonly run: PlannedRun; readonly weight: number}[]): readonly RouteEndpoint[] {
  const total = parts.reduce((sum, {weight}) => sum + weight, 0);
  const shares = new Map<string, RouteEndpoint>();
  for (const {run, weight} of parts) {
    for (const endpoint of run.predicted) {
      const key = `${endpoint.address} ${endpoint.port}`;
      const before = shares.get(key)?.probability ?? 0;
      shares.set(key, {...endpoint, probability: before + (total === 0 ? 0 : (endpoint.probability * weight) / total)});
    }
  }
  return [...shares.values()].toSorted((one, other) => (one.address < other.address ? -1 : 1));
}
