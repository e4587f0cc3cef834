import {Args, Flags} from '@oclif/core';
import {agentFlags, KiadaCommand, type Rendering, readFlags, scopeFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {ServiceDescribeResult} from '../../model/index.ts';

export default class ServiceDescribe extends KiadaCommand {
  static override summary = 'Describe Services: how to reach them, who answers, what is wrong';
  static override examples = [
    '<%= config.bin %> svc describe quote',
    '<%= config.bin %> svc describe quote --probe',
    '<%= config.bin %> svc describe -A -o json',
  ];
  static override strict = false;
  static override args = {service: Args.string({description: 'Services; all of the namespace where none is named'})};
  static override flags = {
    ...readFlags,
    ...scopeFlags,
    ...agentFlags,
    watch: Flags.boolean({char: 'w', description: 'Describe again whenever something changes', exclusive: ['probe']}),
    probe: Flags.boolean({description: 'Try it too: its endpoints, its paths and its name, with a few connections and HTTP requests'}),
    from: Flags.string({
      description: 'Where connections of --probe start: pod/NAME, node/NAME',
      helpValue: 'VANTAGE',
      dependsOn: ['probe'],
    }),
  };

  async run(): Promise<void> {
    const {flags, argv} = await this.parse(ServiceDescribe);
    const {describeServices} = await import('../../flows/describe-services.ts');
    const {renderServicePages} = await import('../../render/service-page.ts');
    const source = await openSource(flags);
    const rendering: Rendering<ServiceDescribeResult> = {
      text: (value, style) => renderServicePages(value, {...style, nowMs: Date.now()}),
      names: (value) => value.services.map((service) => `service/${service.name}`),
    };
    try {
      await this.printEach(describeServices(source, argv as string[], flags, {say: (text) => this.say(flags, text)}), flags, rendering);
    } finally {
      source.close();
    }
  }
}
