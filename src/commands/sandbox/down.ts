import {KiadaCommand} from '../../cli/index.ts';
import {sandboxFlags} from '../../cli/sandbox-flags.ts';

export default class SandboxDown extends KiadaCommand {
  static override summary = 'Stop the sandbox and keep its state';
  static override examples = ['<%= config.bin %> sandbox down'];
  static override flags = {...sandboxFlags};

  async run(): Promise<object> {
    const {flags} = await this.parse(SandboxDown);
    const {sandboxFiles} = await import('../../flows/sandbox-files.ts');
    const {stopSandbox} = await import('../../flows/sandbox-down.ts');
    const stopped = await stopSandbox(sandboxFiles(flags.name, flags['data-dir']));
    return this.print({name: flags.name, stopped}, flags, {
      text: () => (stopped ? `sandbox ${flags.name} stopped; its state is kept` : `sandbox ${flags.name} did not run`),
    });
  }
}
