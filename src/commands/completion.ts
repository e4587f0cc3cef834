import {Args} from '@oclif/core';
import {COMPLETION_SCRIPTS, SHELLS, type Shell} from '../cli/completion-scripts.ts';
import {KiadaCommand} from '../cli/index.ts';

export default class Completion extends KiadaCommand {
  static override summary = 'Print a completion script for a shell';
  static override description =
    'Completes commands, flags, their values, and live names of Services, pods, nodes, namespaces, contexts and setups.';
  static override examples = ['source <(<%= config.bin %> completion bash)', '<%= config.bin %> completion fish | source'];
  static override args = {shell: Args.string({required: true, options: [...SHELLS], description: 'The shell'})};

  async run(): Promise<object> {
    const {args, flags} = await this.parse(Completion);
    const script = COMPLETION_SCRIPTS[args.shell as Shell];
    return this.print({shell: args.shell, script}, flags, {text: () => script});
  }
}
