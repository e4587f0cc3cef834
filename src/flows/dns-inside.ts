import type {AgentDnsReport} from '../agent/resolve.ts';
import {KiadaError} from '../errors.ts';
import type {ObjectSource} from '../kube/index.ts';
import type {DnsQuestion, Vantage} from '../model/index.ts';
import type {Asked} from './dns-ask.ts';
import type {ResolveOptions} from './dns-resolve.ts';
import {reachOf} from './reach.ts';
import type {ClusterSource} from './source.ts';

/** What an agent found at a vantage, and what the resolver there said. */
export interface AskedInside {
  readonly vantage: Exclude<Vantage, {kind: 'Outside'}>;
  /** Where the agent ran: `pod/kiada-001`, or a pod beside it. */
  readonly at: string;
  readonly config: AgentDnsReport['config'];
  readonly asked: Asked;
}

/** Asks from a vantage of a real cluster, by the resolver that is there; null where nothing is to be asked or started there. */
export async function askInside(
  source: ObjectSource | ClusterSource,
  vantage: Vantage,
  question: DnsQuestion,
  {agent: options, predictOnly, server, libc}: ResolveOptions,
): Promise<AskedInside | null> {
  if (vantage.kind === 'Outside' || options === null || predictOnly || server !== undefined || !('client' in source)) return null;
  const reach = await reachOf(source, {...options, nodeResolver: true});
  if (reach.agents === null) return null;
  try {
    const agent = await reach.agents.agentAt(vantage).catch(withAnotherWay);
    // the search list of a pod begins with its namespace
    if (vantage.kind === 'Pod' && agent.target.namespace !== vantage.namespace)
      throw new KiadaError('UNKNOWABLE', `a pod of namespace ${agent.target.namespace} has not the resolver of pod/${vantage.name}`, {
        hint: 'Leave --agent-namespace out.',
      });
    const {resolveByAgent} = await import('./agents/agent-dns.ts');
    const report = await resolveByAgent(agent, {question, libc});
    return {vantage, at: agent.at, config: report.config, asked: askedOf(report, agent.at)};
  } finally {
    await reach.close();
  }
}

/** Who may start nothing may still ask the cluster's DNS. */
function withAnotherWay(error: unknown): never {
  if (!(error instanceof KiadaError) || error.code !== 'FORBIDDEN') throw error;
  throw new KiadaError('FORBIDDEN', error.message, {
    hint: "Leave --from out to ask the cluster's DNS through a port-forward, or ask nobody with --predict-only.",
    cause: error,
  });
}

function askedOf({steps, rcode, records, config, problem}: AgentDnsReport, at: string): Asked {
  const server = `${steps.at(-1)?.server ?? config.nameservers[0] ?? 'no name server'} from ${at}`;
  if (problem !== null) return {server, resolution: null, problem: `the resolver of ${at} gives no answer: ${problem}`};
  return {server, resolution: {rcode, records, steps: steps.map(({server: _, ...step}) => step)}, problem: null};
}
