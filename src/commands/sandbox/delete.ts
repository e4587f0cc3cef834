import {KiadaCommand} from '../../cli/index.ts';
import {sandboxFlags} from '../../cli/sandbox-flags.ts';

export default class SandboxDelete extends KiadaCommand {
  static override summary = 'Stop the sandbox and remove its state and its context';
  static override examples = ['<%= config.bin %> sandbox delete'];
  static override flags = {...sandboxFlags};

  async run(): Promise<object> {
    const {flags} = await this.parse(SandboxDelete);
    const [{sandboxFiles}, {kubeconfigPath}, {deleteSandbox}] = await Promise.all([
      import('../../flows/sandbox-files.ts'),
      import('../../flows/kubeconfig-file.ts'),
      import('../../flows/sandbox-down.ts'),
    ]);
    const deleted = await deleteSandbox(sandboxFiles(flags.name, flags['data-dir']), kubeconfigPath());
    return this.print({name: flags.name, deleted}, flags, {
      text: () => (deleted ? `sandbox ${flags.name} deleted` : `there was no sandbox ${flags.name}`),
    });
  }
}
