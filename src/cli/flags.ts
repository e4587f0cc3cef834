import {Flags} from '@oclif/core';
import {KiadaError} from '../errors.ts';
import {formatDuration, parseDuration} from './duration.ts';

/** Which cluster: as kubectl decides it. */
export const clusterFlags = {
  context: Flags.string({description: 'Context of the kubeconfig', helpGroup: 'CLUSTER'}),
  kubeconfig: Flags.string({description: 'Kubeconfig file (also: KUBECONFIG)', helpGroup: 'CLUSTER'}),
  'request-timeout': Flags.custom<number>({
    description: 'Time that one request may take, such as 10s',
    helpValue: '30s',
    helpGroup: 'CLUSTER',
    parse: async (text) => duration(text),
  })(),
};

export const namespaceFlag = {
  namespace: Flags.string({char: 'n', description: "Namespace (else the context's)", helpGroup: 'CLUSTER'}),
};

/** For commands that read: a cluster or a snapshot, one namespace or all. */
export const readFlags = {
  ...clusterFlags,
  ...namespaceFlag,
  snapshot: Flags.string({description: 'File of objects to read in place of a cluster', helpValue: 'FILE', helpGroup: 'CLUSTER'}),
};

export const scopeFlags = {
  'all-namespaces': Flags.boolean({char: 'A', description: 'All namespaces', helpGroup: 'CLUSTER'}),
  selector: Flags.string({char: 'l', description: 'Label selector, such as app=quote', helpGroup: 'CLUSTER'}),
};

export const fileFlags = {
  filename: Flags.string({char: 'f', description: 'File, folder, loopback URL or - for stdin', multiple: true, helpValue: 'PATH'}),
  recursive: Flags.boolean({char: 'R', description: 'Also what lies below the folders'}),
};

/** A flag that takes a duration in milliseconds. */
export const durationFlag = Flags.custom<number>({
  parse: async (text) => duration(text),
  helpValue: '10s',
  defaultHelp: async ({options}) => (typeof options.default === 'number' ? formatDuration(options.default) : undefined),
});

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new KiadaError('USAGE', `"${text}" is not a duration`, {hint: 'Write it like 500ms, 10s, 2m or 1h.'});
  return ms;
}

/** Agents: programs that the tool runs for a while in a real cluster. */
export const agentFlags = {
  'agent-image': Flags.string({description: 'Image of agents (a Node of 24 or newer)', helpValue: 'IMAGE', helpGroup: 'AGENTS'}),
  'agent-namespace': Flags.string({
    description: "Namespace of agents' Jobs (else that of the target)",
    helpValue: 'NAMESPACE',
    helpGroup: 'AGENTS',
  }),
  'agent-deadline': durationFlag({
    description: 'Time after which agents go by themselves (10m, or as long as the work needs)',
    helpGroup: 'AGENTS',
  }),
};

/** How setups are put into a cluster that is no sandbox, which has none of the suite's images. */
export const setupFlags = {
  'node-image': Flags.string({
    description: "Image for the suite's own programs (a Node of 24 or newer)",
    helpValue: 'IMAGE',
    helpGroup: 'SETUPS IN REAL CLUSTERS',
  }),
  'quiz-store': Flags.string({
    description: 'Where Quiz keeps its data (else mongo, or sqlite where its image cannot be pulled)',
    options: ['mongo', 'sqlite'],
    helpGroup: 'SETUPS IN REAL CLUSTERS',
  }),
  'mongo-image': Flags.string({description: "Image of Quiz's MongoDB (mongo)", helpValue: 'IMAGE', helpGroup: 'SETUPS IN REAL CLUSTERS'}),
};
