import type {AgentProbeOrder} from '../../agent/probe.ts';
import type {ProbeOutcome} from '../../probe/index.ts';
import type {Agent} from './agent.ts';

/** Time for the agent's program to start and to answer, beside the probe's own timeout. */
const OVERHEAD_MS = 10_000;

/** Executes a probe at an agent's place. Rejects where the agent gives no answer. */
export async function probeByAgent(agent: Agent, order: AgentProbeOrder): Promise<ProbeOutcome> {
  const session = agent.run(['probe']);
  const timer = setTimeout(() => session.close(), OVERHEAD_MS + (order.spec.timeoutSeconds ?? 1) * 1000);
  const chunks: Buffer[] = [];
  session.stderr.resume();
  session.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  session.stdin.end(`${JSON.stringify(order)}\n`);
  try {
    await session.exit;
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as ProbeOutcome;
  } finally {
    clearTimeout(timer);
    session.close();
  }
}
