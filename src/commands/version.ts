import {clusterFlags, KiadaCommand} from '../cli/index.ts';
import type {VersionResult} from '../model/index.ts';

export default class Version extends KiadaCommand {
  static override summary = "Show kiada's version, the cluster's and the sandbox's";
  static override examples = ['<%= config.bin %> version'];
  static override flags = {...clusterFlags};

  async run(): Promise<VersionResult> {
    const {flags} = await this.parse(Version);
    const {clusterVersion, sandboxVersion} = await import('../flows/versions.ts');
    const [cluster, sandbox] = await Promise.all([clusterVersion(flags), sandboxVersion()]);
    const result = {kiada: this.config.version, node: process.versions.node, cluster, sandbox};
    return this.print(result, flags, {
      text: (version) =>
        Object.entries(version)
          .map(([name, value]) => `${name.padEnd(8)} ${value ?? '-'}`)
          .join('\n'),
    });
  }
}
