import {Args} from '@oclif/core';
import {KiadaCommand} from '../../../cli/index.ts';
import {sandboxFlags} from '../../../cli/sandbox-flags.ts';

export default class SandboxNodeStop extends KiadaCommand {
  static override summary = 'Let a node fail: its pods die and it no longer reports';
  static override examples = ['<%= config.bin %> sandbox node stop sandbox-2'];
  static override args = {node: Args.string({required: true, description: 'The node'})};
  static override flags = {...sandboxFlags};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(SandboxNodeStop);
    const {sandboxFiles} = await import('../../../flows/sandbox-files.ts');
    const {actOnNode} = await import('../../../flows/sandbox-node.ts');
    const result = await actOnNode(sandboxFiles(flags.name, flags['data-dir']), args.node, 'stop');
    return this.print(result, flags, {text: () => `node ${args.node} stopped; it turns NotReady when its lease is over`});
  }
}
