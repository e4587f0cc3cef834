export {KiadaCommand, type Rendering, styleOf} from './base-command.ts';
export {agentFlags, clusterFlags, durationFlag, fileFlags, namespaceFlag, readFlags, scopeFlags, setupFlags} from './flags.ts';
