import {Args} from '@oclif/core';
import {KiadaCommand, readFlags, scopeFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {EndpointsListResult} from '../../model/index.ts';

export default class EndpointsList extends KiadaCommand {
  static override summary = 'List endpoints with their conditions and reasons, and pods that are none with why';
  static override examples = ['<%= config.bin %> endpoints list quote', '<%= config.bin %> endpoints list -A -o wide'];
  static override strict = false;
  static override args = {service: Args.string({description: 'Only these Services'})};
  static override flags = {...readFlags, ...scopeFlags};

  async run(): Promise<EndpointsListResult> {
    const {argv, flags} = await this.parse(EndpointsList);
    const {listEndpoints} = await import('../../flows/list-endpoints.ts');
    const {renderEndpoints} = await import('../../render/endpoints.ts');
    const source = await openSource(flags);
    try {
      const result = await listEndpoints(source, argv as string[], flags);
      return await this.print(result, flags, {
        text: (value, style) => renderEndpoints(value, {...style, nowMs: Date.now()}),
        names: ({endpoints}) => endpoints.map((endpoint) => endpoint.address),
      });
    } finally {
      source.close();
    }
  }
}
