import type {AgentDnsOrder, AgentDnsReport} from '../../agent/resolve.ts';
import type {Agent} from './agent.ts';
import {askAgent} from './ask-agent.ts';

/** A long search list before name servers that do not answer must not keep anybody waiting for minutes. */
const BUDGET_MS = 30_000;

/** Looks a name up by the resolver of an agent's place. Rejects where the agent gives no answer. */
export function resolveByAgent(agent: Agent, order: Omit<AgentDnsOrder, 'budgetMs'>): Promise<AgentDnsReport> {
  return askAgent(agent, 'dns', {...order, budgetMs: BUDGET_MS}, BUDGET_MS);
}
