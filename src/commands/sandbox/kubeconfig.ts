import {KiadaCommand} from '../../cli/index.ts';
import {sandboxFlags} from '../../cli/sandbox-flags.ts';

export default class SandboxKubeconfig extends KiadaCommand {
  static override summary = 'Print a kubeconfig for the sandbox';
  static override examples = ['<%= config.bin %> sandbox kubeconfig > sandbox.kubeconfig'];
  static override flags = {...sandboxFlags};

  async run(): Promise<object> {
    const {flags} = await this.parse(SandboxKubeconfig);
    const [{sandboxFiles}, {requireRunning}, {kubeconfigOf}, {parse}] = await Promise.all([
      import('../../flows/sandbox-files.ts'),
      import('../../flows/sandbox-status.ts'),
      import('../../flows/kubeconfig-file.ts'),
      import('yaml'),
    ]);
    const text = kubeconfigOf(flags.name, requireRunning(sandboxFiles(flags.name, flags['data-dir'])));
    return this.print(parse(text) as object, flags, {text: () => text.trimEnd()});
  }
}
