import {KiadaCommand} from '../../cli/index.ts';
import {sandboxFlags} from '../../cli/sandbox-flags.ts';
import type {SandboxStatusResult} from '../../model/index.ts';

export default class SandboxStatus extends KiadaCommand {
  static override summary = 'Show where everything of the sandbox is';
  static override description = 'Exit 1 where it does not run.';
  static override examples = ['<%= config.bin %> sandbox status -o json'];
  static override flags = {...sandboxFlags};

  async run(): Promise<SandboxStatusResult> {
    const {flags} = await this.parse(SandboxStatus);
    const {sandboxFiles} = await import('../../flows/sandbox-files.ts');
    const {sandboxStatus} = await import('../../flows/sandbox-status.ts');
    const {renderSandboxStatus} = await import('../../render/sandbox-status.ts');
    const status = await sandboxStatus(sandboxFiles(flags.name, flags['data-dir']));
    return this.print(status, flags, {text: renderSandboxStatus, names: (result) => [result.name], exitCode: status.running ? 0 : 1});
  }
}
