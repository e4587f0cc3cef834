import {KiadaError} from '../../errors.ts';
import type {ExecSession, ExecTarget} from '../../kube/index.ts';
import type {KubernetesObject} from '../../model/index.ts';

/** A place in the cluster where the tool's own program can be run. */
export interface Agent {
  /** As people are told: `pod/quote-001`, `node/node2`. */
  readonly at: string;
  readonly target: ExecTarget;
  /** The pod that was made for it, as it was when it ran; null in another's pod. */
  readonly pod: KubernetesObject | null;
  /** Runs the agent's program with these arguments. */
  run(args: readonly string[]): ExecSession;
  /** Takes away what was made for it. */
  close(): Promise<void>;
}

export interface AgentOptions {
  readonly image: string;
  /** Where Jobs are made. */
  readonly namespace: string;
  /** After it nothing of the agent is left, also where the client was killed. */
  readonly deadlineSeconds: number;
  /** Ends the wait for agents; null: Ctrl-C takes them away and ends the process. */
  readonly signal: AbortSignal | null;
  /** Tells people what they should know about what is started. */
  readonly say: (text: string) => void;
  /** Agents at nodes have the node's own resolver; else that of pods, which knows the cluster's names. */
  readonly nodeResolver: boolean;
}

/** The flags of everything that starts agents. */
export interface AgentFlags {
  readonly 'agent-image'?: string | undefined;
  readonly 'agent-namespace'?: string | undefined;
  /** In milliseconds. */
  readonly 'agent-deadline'?: number | undefined;
}

/** What everything that the tool makes in a cluster is labelled with. */
export const AGENT_LABELS = {'app.kubernetes.io/managed-by': 'kiada', 'app.kubernetes.io/component': 'agent'} as const;
const AGENT_IMAGE = 'node:24-alpine';
const AGENT_DEADLINE_SECONDS = 600;
export const AGENT_CONTAINER = 'agent';

/** Time beside the work itself: to start, to tell what came of it. */
const SPARE_MS = 60_000;

/**
 * The options of agents as flags give them. `needMs`: how long they are needed at the most, where that is known. Throws USAGE for a deadline that
 * would end their work.
 */
export function agentOptions(flags: AgentFlags, namespace: string, need: AgentNeed): AgentOptions {
  const {say, needMs = 0, signal = null, nodeResolver = false} = need;
  const deadline = flags['agent-deadline'];
  if (deadline !== undefined && deadline <= needMs)
    throw new KiadaError('USAGE', `agents that go after ${deadline / 1000} s cannot do ${needMs / 1000} s of work`, {
      hint: 'Make --agent-deadline longer than the load, its start included.',
    });
  const usual = Math.max(AGENT_DEADLINE_SECONDS, Math.ceil((needMs + SPARE_MS) / 1000));
  return {
    image: flags['agent-image'] ?? AGENT_IMAGE,
    namespace: flags['agent-namespace'] ?? namespace,
    deadlineSeconds: deadline === undefined ? usual : Math.max(1, Math.ceil(deadline / 1000)),
    signal,
    say,
    nodeResolver,
  };
}

interface AgentNeed extends Pick<AgentOptions, 'say'>, Partial<Pick<AgentOptions, 'signal' | 'nodeResolver'>> {
  readonly needMs?: number;
}
