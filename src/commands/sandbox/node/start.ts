import {Args} from '@oclif/core';
import {KiadaCommand} from '../../../cli/index.ts';
import {sandboxFlags} from '../../../cli/sandbox-flags.ts';

export default class SandboxNodeStart extends KiadaCommand {
  static override summary = 'Start a node that was stopped';
  static override examples = ['<%= config.bin %> sandbox node start sandbox-2'];
  static override args = {node: Args.string({required: true, description: 'The node'})};
  static override flags = {...sandboxFlags};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(SandboxNodeStart);
    const {sandboxFiles} = await import('../../../flows/sandbox-files.ts');
    const {actOnNode} = await import('../../../flows/sandbox-node.ts');
    const result = await actOnNode(sandboxFiles(flags.name, flags['data-dir']), args.node, 'start');
    return this.print(result, flags, {text: () => `node ${args.node} started`});
  }
}
