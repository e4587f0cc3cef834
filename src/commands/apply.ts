import {Args, Flags} from '@oclif/core';
import {clusterFlags, durationFlag, fileFlags, KiadaCommand, namespaceFlag, setupFlags} from '../cli/index.ts';
import {openCluster} from '../flows/index.ts';
import type {ApplyResult} from '../model/index.ts';

export default class Apply extends KiadaCommand {
  static override summary = 'Apply setups or manifests (server-side apply)';
  static override description = 'Every document is tried first; if one is refused, nothing of the invocation is applied.';
  static override examples = ['<%= config.bin %> apply suite --wait', '<%= config.bin %> apply -f SETUP/ -R'];
  static override strict = false;
  static override args = {setup: Args.string({description: 'Setups to apply; several may be named'})};
  static override flags = {
    ...clusterFlags,
    ...namespaceFlag,
    ...fileFlags,
    ...setupFlags,
    wait: Flags.boolean({description: 'Until all pods that were applied are ready'}),
    timeout: durationFlag({description: 'How long to wait', default: 120_000}),
    'dry-run': Flags.string({description: 'Only say what would be done', options: ['none', 'client', 'server'], default: 'none'}),
    'force-conflicts': Flags.boolean({description: 'Take over fields that another manager owns'}),
    prune: Flags.boolean({description: "Delete the setups' objects that the setups no longer have"}),
  };

  async run(): Promise<ApplyResult> {
    const {flags, argv} = await this.parse(Apply);
    const {applyFlow} = await import('../flows/apply-objects.ts');
    const {renderApplied} = await import('../render/applied.ts');
    const source = await openCluster(flags);
    try {
      const result = await applyFlow(source, argv as string[], flags, (text) => this.say(flags, text));
      return await this.print(result, flags, {
        text: renderApplied,
        names: (applied) => applied.objects.map((o) => `${o.kind.toLowerCase()}/${o.name}`),
      });
    } finally {
      source.close();
    }
  }
}
