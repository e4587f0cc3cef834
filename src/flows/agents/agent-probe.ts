import type {AgentProbeOrder} from '../../agent/probe.ts';
import type {ProbeOutcome} from '../../probe/index.ts';
import type {Agent} from './agent.ts';
import {askAgent} from './ask-agent.ts';

/** Executes a probe at an agent's place. Rejects where the agent gives no answer. */
export function probeByAgent(agent: Agent, order: AgentProbeOrder): Promise<ProbeOutcome> {
  return askAgent(agent, 'probe', order, (order.spec.timeoutSeconds ?? 1) * 1000);
}
