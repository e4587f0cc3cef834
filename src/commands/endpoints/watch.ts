import {Args, Flags} from '@oclif/core';
import {clusterFlags, durationFlag, KiadaCommand, namespaceFlag} from '../../cli/index.ts';
import {openCluster} from '../../flows/index.ts';

export default class EndpointsWatch extends KiadaCommand {
  static override summary = 'Follow endpoints: a line per change, with what changed and why';
  static override description = 'With --until it is a gate for scripts: exit 0 when the condition holds, 124 when the time is over.';
  static override examples = [
    '<%= config.bin %> endpoints watch svc/quote',
    "<%= config.bin %> endpoints watch quote --until 'ready>=3' --timeout 30s",
  ];
  static override strict = false;
  static override args = {service: Args.string({description: 'Only these Services'})};
  static override flags = {
    ...clusterFlags,
    ...namespaceFlag,
    'all-namespaces': Flags.boolean({char: 'A', description: 'All namespaces'}),
    until: Flags.string({description: 'End when this holds, such as ready>=3', helpValue: 'CONDITION'}),
    timeout: durationFlag({description: 'End after that time, with exit code 124 if --until does not hold'}),
    live: Flags.boolean({description: 'A table that updates, on a terminal'}),
  };

  async run(): Promise<void> {
    const {argv, flags} = await this.parse(EndpointsWatch);
    const {followEndpoints} = await import('../../flows/follow-endpoints.ts');
    const {endpointPrinter} = await import('../../render/endpoint-printer.ts');
    const {styleOf} = await import('../../cli/base-command.ts');
    const {Together} = await import('../../cli/together.ts');
    const source = await openCluster(flags);
    try {
      const yaml = flags.output === 'yaml' ? await import('yaml') : null;
      const printer = endpointPrinter({
        ...styleOf(flags),
        json: flags.output === 'json',
        live: flags.live,
        rows: process.stdout.rows || 24,
      });
      const lines = new Together((text) => process.stdout.write(text));
      process.exitCode = await followEndpoints(source, argv as string[], flags, (change) =>
        lines.add(yaml === null ? printer(change) : `---\n${yaml.stringify(change)}`),
      );
      lines.flush();
      if (process.exitCode === 124) this.say(flags, `timed out: ${flags.until} did not hold within ${(flags.timeout ?? 0) / 1000} s`);
    } finally {
      source.close();
    }
  }
}
