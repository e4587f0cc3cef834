import {Flags} from '@oclif/core';
import {clusterFlags, KiadaCommand, namespaceFlag} from '../../cli/index.ts';
import {openCluster} from '../../flows/index.ts';
import type {AgentsResult} from '../../model/index.ts';

export default class AgentsClean extends KiadaCommand {
  static override summary = 'Take all agents out of a cluster';
  static override examples = ['<%= config.bin %> agents clean -A'];
  static override flags = {...clusterFlags, ...namespaceFlag, 'all-namespaces': Flags.boolean({char: 'A', description: 'All namespaces'})};

  async run(): Promise<AgentsResult> {
    const {flags} = await this.parse(AgentsClean);
    const {cleanAgents} = await import('../../flows/agents/list-agents.ts');
    const {renderAgents} = await import('../../render/agents.ts');
    const source = await openCluster(flags);
    try {
      const result = await cleanAgents(source, flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace));
      return await this.print(result, flags, {
        text: (value, style) => renderAgents(value, style, 'there were no agents'),
        names: ({agents}) => agents.map((agent) => `job/${agent.name}`),
      });
    } finally {
      source.close();
    }
  }
}
