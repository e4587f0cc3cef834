import {Flags} from '@oclif/core';
import {clusterFlags, KiadaCommand, namespaceFlag} from '../cli/index.ts';
import {openCluster} from '../flows/index.ts';

export default class Snapshot extends KiadaCommand {
  static override summary = 'Print all objects that decide where Service traffic goes, as one YAML List';
  static override description =
    'Without Secrets, and without the values of environment variables. Read it with --snapshot FILE in any read command.';
  static override examples = [
    '<%= config.bin %> snapshot -A > cluster.yaml',
    '<%= config.bin %> svc describe quote --snapshot cluster.yaml',
  ];
  static override flags = {
    ...clusterFlags,
    ...namespaceFlag,
    'all-namespaces': Flags.boolean({char: 'A', description: 'All namespaces'}),
  };

  async run(): Promise<object> {
    const {flags} = await this.parse(Snapshot);
    const {takeSnapshot} = await import('../flows/take-snapshot.ts');
    const {stringify} = await import('yaml');
    const source = await openCluster(flags);
    try {
      const {list, unknown} = await takeSnapshot(source, flags['all-namespaces'] ? null : (flags.namespace ?? source.namespace));
      for (const {what, why} of unknown) this.say(flags, `left out: ${what}: ${why}`);
      return await this.print(list, flags, {text: (value) => stringify(value, {lineWidth: 0, aliasDuplicateObjects: false}).trimEnd()});
    } finally {
      source.close();
    }
  }
}
