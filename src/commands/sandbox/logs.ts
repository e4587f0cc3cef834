import {Args, Flags} from '@oclif/core';
import {KiadaCommand} from '../../cli/index.ts';
import {sandboxFlags} from '../../cli/sandbox-flags.ts';

export default class SandboxLogs extends KiadaCommand {
  static override summary = "Print the sandbox's log";
  static override examples = ['<%= config.bin %> sandbox logs', '<%= config.bin %> sandbox logs scheduler -f'];
  static override args = {
    component: Args.string({description: 'Only the lines of this component, such as api-server, kubelet or scheduler'}),
  };
  static override flags = {...sandboxFlags, follow: Flags.boolean({char: 'f', description: 'Go on with what is written'})};

  async run(): Promise<void> {
    const {args, flags} = await this.parse(SandboxLogs);
    const {sandboxFiles} = await import('../../flows/sandbox-files.ts');
    const {readLog} = await import('../../flows/sandbox-log.ts');
    const {plainText} = await import('../../render/safe-text.ts');
    const lines = readLog(sandboxFiles(flags.name, flags['data-dir']), args.component ?? null, flags.follow);
    for await (const line of lines) this.log(plainText(line));
  }
}
