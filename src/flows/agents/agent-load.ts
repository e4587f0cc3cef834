import {createInterface} from 'node:readline';
import type {AgentLoadLine, AgentLoadOrder} from '../../agent/load.ts';
import {KiadaError} from '../../errors.ts';
import type {LoadEngineResult, LoadPlan, LoadProgress} from '../../load/index.ts';
import type {Agent} from './agent.ts';

/** Time for every agent to have its order before the first request. */
const LEAD_MS = 1000;

/** Runs one plan on several agents, all from one moment; each one's result, in their order. */
export async function loadByAgents(
  agents: readonly Agent[],
  plans: readonly LoadPlan[],
  onProgress: (agent: number, progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<readonly LoadEngineResult[]> {
  const startAtMs = Date.now() + LEAD_MS;
  return Promise.all(
    agents.map((agent, index) =>
      loadByAgent(agent, orderOf(plans[index] as LoadPlan, startAtMs), (progress) => onProgress(index, progress), signal),
    ),
  );
}

async function loadByAgent(
  agent: Agent,
  order: AgentLoadOrder,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadEngineResult> {
  const session = agent.run(['load']);
  session.stdin.write(`${JSON.stringify(order)}\n`);
  const stop = () => session.stdin.end(); // the agent takes the end of its input as the end of the run, and still tells what it has
  signal.addEventListener('abort', stop, {once: true});
  const errors: string[] = [];
  session.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  session.exit.catch(() => {}); // what went wrong shows in the missing result
  let result: LoadEngineResult | null = null;
  for await (const line of createInterface({input: session.stdout})) {
    const told = JSON.parse(line) as AgentLoadLine;
    if ('progress' in told) onProgress(told.progress);
    else result = told.result;
  }
  signal.removeEventListener('abort', stop);
  session.close();
  if (result !== null) return result;
  throw new KiadaError(
    'UNKNOWABLE',
    `the agent at ${agent.at} ended without a result: ${errors.join('').slice(0, 300) || 'the connection to it broke'}`,
  );
}

function orderOf(plan: LoadPlan, startAtMs: number): AgentLoadOrder {
  const {identify, request, payload} = plan;
  const textOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('base64'));
  return {
    startAtMs,
    plan: {
      ...plan,
      identify: identify.by === 'body' ? {by: 'body', pattern: identify.pattern.source} : identify,
      request: request === null ? null : {...request, body: textOf(request.body)},
      payload: textOf(payload),
    },
  };
}
