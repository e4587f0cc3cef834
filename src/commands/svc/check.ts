import {Args, Flags} from '@oclif/core';
import {fileFlags, KiadaCommand, readFlags, scopeFlags} from '../../cli/index.ts';
import type {ServiceCheckResult} from '../../model/index.ts';

export default class ServiceCheck extends KiadaCommand {
  static override summary = 'Findings about Services: what is wrong, the evidence, what to do';
  static override description =
    'Of a cluster, of a snapshot, or with -f of manifests before they are applied. Exit 1 if a finding is an error. `explain CODE` tells more.';
  static override examples = [
    '<%= config.bin %> svc check',
    '<%= config.bin %> svc check quote -n kiada',
    '<%= config.bin %> svc check -f manifests/ -R',
    '<%= config.bin %> svc check -A --min-severity warning --ignore KIA0107=kiada/quote',
  ];
  static override strict = false;
  static override args = {service: Args.string({description: 'Services; all of the namespace where none is named'})};
  static override flags = {
    ...readFlags,
    ...scopeFlags,
    ...fileFlags,
    'min-severity': Flags.string({description: 'Leave out what is milder; info adds advice', options: ['error', 'warning', 'info']}),
    ignore: Flags.string({description: 'Findings to leave out, of all objects or of one', multiple: true, helpValue: 'CODE[=NS/NAME]'}),
  };

  async run(): Promise<ServiceCheckResult> {
    const {flags, argv} = await this.parse(ServiceCheck);
    const {checkServices} = await import('../../flows/check-services.ts');
    const {checkExitCode, renderCheck} = await import('../../render/check.ts');
    const result = await checkServices(argv as string[], flags);
    return this.print(result, flags, {
      text: (value, style) => renderCheck(value, {...style, manifests: flags.filename !== undefined}),
      names: ({findings}) => findings.map(({code, object}) => `${code}=${object.namespace}/${object.name}`),
      exitCode: checkExitCode(result),
    });
  }
}
