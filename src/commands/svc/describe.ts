import {Args, Flags} from '@oclif/core';
import {KiadaCommand, readFlags, scopeFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {ServiceDescribeResult} from '../../model/index.ts';

export default class ServiceDescribe extends KiadaCommand {
  static override summary = 'Describe Services: how to reach them, who answers, what is wrong';
  static override examples = ['<%= config.bin %> svc describe quote', '<%= config.bin %> svc describe -A -o json'];
  static override strict = false;
  static override args = {service: Args.string({description: 'Services; all of the namespace where none is named'})};
  static override flags = {
    ...readFlags,
    ...scopeFlags,
    watch: Flags.boolean({char: 'w', description: 'Describe again whenever something changes'}),
  };

  async run(): Promise<ServiceDescribeResult> {
    const {flags, argv} = await this.parse(ServiceDescribe);
    const {describeServices} = await import('../../flows/describe-services.ts');
    const {renderServicePages} = await import('../../render/service-page.ts');
    const source = await openSource(flags);
    try {
      for await (const result of describeServices(source, argv as string[], flags)) {
        await this.print(result, flags.watch && flags.output === 'json' ? {...flags, output: 'jsonl'} : flags, {
          text: (value, style) => renderServicePages(value, {...style, nowMs: Date.now()}),
          names: (value) => value.services.map((service) => `service/${service.name}`),
        });
        if (!flags.watch) return result;
      }
      return {services: []};
    } finally {
      source.close();
    }
  }
}
