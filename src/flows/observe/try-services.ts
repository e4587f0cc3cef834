import type {ClusterView, Service} from '../../model/index.ts';
import {type AgentFlags, agentOptions} from '../agents/agent.ts';
import {reachOf} from '../reach.ts';
import type {ClusterSource} from '../source.ts';
import {requireVantage} from '../vantage.ts';
import type {Observed} from './index.ts';

/** The flags about what is tried. */
export interface TryFlags extends AgentFlags {
  readonly probe?: boolean;
  readonly from?: string | undefined;
}

/** Tries the Services one after the other; in a real cluster an agent is started only where a vantage is asked for. */
export async function tryServices(
  source: ClusterSource,
  view: ClusterView,
  services: readonly Service[],
  flags: TryFlags,
  say: (text: string) => void,
): Promise<readonly Observed[]> {
  const [{observeService}, {parseVantage}] = await Promise.all([import('./index.ts'), import('../../routing/index.ts')]);
  const namespace = services[0]?.namespace ?? source.namespace;
  const from = flags.from === undefined ? null : parseVantage(flags.from, namespace);
  if (from !== null) requireVantage(view, from);
  const reach = await reachOf(source, from === null ? null : agentOptions(flags, namespace, {say}));
  try {
    const observed: Observed[] = [];
    for (const service of services) observed.push(await observeService(source, reach, view, service, from));
    return observed;
  } finally {
    await reach.close();
  }
}
