import {Flags} from '@oclif/core';
import {KiadaCommand, readFlags, scopeFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {ServiceListResult} from '../../model/index.ts';

export default class ServiceList extends KiadaCommand {
  static override summary = 'List Services with their ways in and their ready endpoints';
  static override examples = ['<%= config.bin %> svc list', '<%= config.bin %> svc list -A -o wide'];
  static override flags = {
    ...readFlags,
    ...scopeFlags,
    watch: Flags.boolean({char: 'w', description: 'Print the list again whenever it changes'}),
  };

  async run(): Promise<void> {
    const {flags} = await this.parse(ServiceList);
    const {listServices} = await import('../../flows/list-services.ts');
    const {renderServiceList} = await import('../../render/service-list.ts');
    const source = await openSource(flags, true);
    const rendering = {
      text: renderServiceList,
      names: (result: ServiceListResult) => result.services.map((service) => `service/${service.name}`),
    };
    try {
      await this.printEach(listServices(source, flags), flags, rendering);
    } finally {
      source.close();
    }
  }
}
