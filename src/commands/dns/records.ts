import {Args} from '@oclif/core';
import {KiadaCommand, readFlags, scopeFlags} from '../../cli/index.ts';
import {openSource} from '../../flows/index.ts';
import type {DnsRecordsResult} from '../../model/index.ts';

export default class DnsRecords extends KiadaCommand {
  static override summary = 'Every record that Services give rise to, as a zone file';
  static override examples = ['<%= config.bin %> dns records', '<%= config.bin %> dns records quote-headless -o wide'];
  static override strict = false;
  static override args = {service: Args.string({description: 'Only these Services'})};
  static override flags = {...readFlags, ...scopeFlags};

  async run(): Promise<DnsRecordsResult> {
    const {argv, flags} = await this.parse(DnsRecords);
    const {listRecords} = await import('../../flows/dns-records.ts');
    const {renderRecords} = await import('../../render/dns-records.ts');
    const source = await openSource(flags);
    try {
      const result = await listRecords(source, argv as string[], flags);
      return await this.print(result, flags, {
        text: renderRecords,
        names: ({records}) => [...new Set(records.map((record) => record.name))],
      });
    } finally {
      source.close();
    }
  }
}
