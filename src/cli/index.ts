export {KiadaCommand, type OutputFlags, type Rendering, type Style, styleOf} from './base-command.ts';
export {parseDuration} from './duration.ts';
export {agentFlags, clusterFlags, durationFlag, fileFlags, namespaceFlag, readFlags, scopeFlags} from './flags.ts';
