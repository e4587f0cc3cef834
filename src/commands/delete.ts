import {Args, Flags} from '@oclif/core';
import {clusterFlags, durationFlag, fileFlags, KiadaCommand, namespaceFlag} from '../cli/index.ts';
import {openCluster} from '../flows/index.ts';
import type {ApplyResult} from '../model/index.ts';

export default class Delete extends KiadaCommand {
  static override summary = 'Delete what setups or manifests name';
  static override examples = ['<%= config.bin %> delete suite --wait', '<%= config.bin %> delete -f SETUP/ -R'];
  static override strict = false;
  static override args = {setup: Args.string({description: 'Setups to delete; several may be named'})};
  static override flags = {
    ...clusterFlags,
    ...namespaceFlag,
    ...fileFlags,
    wait: Flags.boolean({description: 'Until all of it is gone'}),
    timeout: durationFlag({description: 'How long to wait', default: 120_000}),
  };

  async run(): Promise<ApplyResult> {
    const {flags, argv} = await this.parse(Delete);
    const {deleteFlow} = await import('../flows/apply-objects.ts');
    const {renderApplied} = await import('../render/applied.ts');
    const source = await openCluster(flags);
    try {
      const result = await deleteFlow(source, argv as string[], flags);
      return await this.print(result, flags, {
        text: renderApplied,
        names: (gone) => gone.objects.map((o) => `${o.kind.toLowerCase()}/${o.name}`),
      });
    } finally {
      source.close();
    }
  }
}
