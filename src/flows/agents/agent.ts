import type {ExecSession, ExecTarget} from '../../kube/index.ts';

/** A place in the cluster where the tool's own program can be run. */
export interface Agent {
  /** As people are told: `pod/quote-001`, `node/node2`. */
  readonly at: string;
  readonly target: ExecTarget;
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
}

/** What everything that the tool makes in a cluster is labelled with. */
export const AGENT_LABELS = {'app.kubernetes.io/managed-by': 'kiada', 'app.kubernetes.io/component': 'agent'} as const;
const AGENT_IMAGE = 'node:24-alpine';
const AGENT_DEADLINE_SECONDS = 600;
export const AGENT_CONTAINER = 'agent';

/** The options of agents as flags give them. */
export function agentOptions(
  flags: {readonly 'agent-image'?: string | undefined; readonly 'agent-namespace'?: string | undefined},
  namespace: string,
): AgentOptions {
  return {
    image: flags['agent-image'] ?? AGENT_IMAGE,
    namespace: flags['agent-namespace'] ?? namespace,
    deadlineSeconds: AGENT_DEADLINE_SECONDS,
  };
}
