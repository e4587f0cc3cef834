import type {Duplex} from 'node:stream';
import {KiadaError} from '../errors.ts';
import type {Vantage} from '../model/index.ts';
import type {AgentOptions} from './agents/agent.ts';
import type {Agents} from './agents/agents.ts';
import {type SandboxDoor, sandboxDoor} from './sandbox-door.ts';
import type {ClusterSource} from './source.ts';
import {vantageText} from './vantage.ts';

/** Opens a connection from a vantage: a socket, or a stream that behaves like one. */
export type ReachDial = (
  target: {readonly host: string; readonly port: number},
  options?: {readonly signal?: AbortSignal; readonly timeoutMs?: number},
) => Promise<{
  readonly socket: Duplex;
  readonly endpoint: {readonly address: string; readonly port: number} | null;
  readonly sourceSeen: string | null;
}>;

/** How connections are opened in a cluster: from any vantage in a sandbox; elsewhere from this machine, and by agents from inside. */
export interface Reach {
  readonly sandbox: SandboxDoor | null;
  /** Starts programs at vantages of a real cluster; null where that was not asked for. */
  readonly agents: Agents | null;
  /** A dialer for a vantage. Throws NEEDS_AGENT where there is none. */
  dialFrom(vantage: Vantage): ReachDial;
  /** Why there is no dialer for a vantage; null where there is one. */
  whyNot(vantage: Vantage): string | null;
  /** Makes a vantage ready, so that starting an agent there counts as nobody's delay. */
  prepare(vantage: Vantage): Promise<void>;
  /** Takes the agents away. */
  close(): Promise<void>;
}

/** Finds out how the cluster can be reached. `agentOptions` null: nothing is started in a real cluster. */
export async function reachOf(source: ClusterSource, agentOptions: AgentOptions | null = null): Promise<Reach> {
  const [{dialDirect, dialSocks5, socks5User}, door] = await Promise.all([import('../vantage/index.ts'), sandboxDoor(source.client)]);
  const agents = door === null && agentOptions !== null ? await startable(source, agentOptions) : null;
  const whyNot = (vantage: Vantage) =>
    door !== null || agents !== null || vantage.kind === 'Outside'
      ? null
      : `traffic from ${vantageText(vantage)} in a real cluster needs an agent there: ask for one with --from`;
  return {
    sandbox: door,
    agents,
    whyNot,
    dialFrom(vantage) {
      const why = whyNot(vantage);
      if (why !== null) throw new KiadaError('NEEDS_AGENT', why);
      if (door?.socks5)
        return dialSocks5({host: door.socks5.address, port: door.socks5.port, user: socks5User(vantage), password: door.socks5.password});
      return vantage.kind === 'Outside' ? dialDirect() : agentDial(agents as Agents, vantage);
    },
    async prepare(vantage) {
      if (vantage.kind !== 'Outside') await agents?.agentAt(vantage);
    },
    close: async () => agents?.close(),
  };
}

async function startable(source: ClusterSource, options: AgentOptions): Promise<Agents> {
  const {agentsOf} = await import('./agents/agents.ts');
  const readPod = async (namespace: string, name: string) => (await source.read([{resource: 'pods', namespace, name}])).objects[0] ?? null;
  return agentsOf(source.client, readPod, options);
}

function agentDial(agents: Agents, vantage: Exclude<Vantage, {kind: 'Outside'}>): ReachDial {
  return async (target, options) => {
    const {dialByAgent} = await import('./agents/agent-dial.ts');
    const agent = await agents.agentAt(vantage);
    try {
      return await dialByAgent(agent, target, options);
    } catch (error) {
      // what the connection met has a code of Node's; a KiadaError is about the agent, and another may do better
      if (!(error instanceof KiadaError) || error.code === 'FORBIDDEN') throw error;
      return dialByAgent(await agents.renew(vantage, agent), target, options);
    }
  };
}
