import type {AgentsResult} from '../model/index.ts';
import {table} from './table.ts';

/** The Jobs of agents as a table. */
export function renderAgents(result: AgentsResult, style: {readonly width: number}, none: string): string {
  if (result.agents.length === 0) return none;
  const rows = result.agents.map((agent) => [agent.namespace, agent.name, agent.agents, agent.endsAt]);
  return table([{head: 'NAMESPACE'}, {head: 'JOB'}, {head: 'PODS', align: 'right'}, {head: 'GOES BY ITSELF AT', drop: 1}], rows, style);
}
