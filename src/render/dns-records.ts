import {formatZoneFile} from '../dns/index.ts';
import type {DnsRecordsResult} from '../model/index.ts';
import {plainText} from './safe-text.ts';
import {table} from './table.ts';

/** A zone file, or with `-o wide` a table. */
export function renderRecords(result: DnsRecordsResult, style: {readonly width: number; readonly wide: boolean}): string {
  if (result.records.length === 0) return 'no records';
  if (!style.wide) return formatZoneFile(result.records).trimEnd().split('\n').map(plainText).join('\n');
  const rows = result.records.map((record) => [record.name, record.ttl, record.type, record.data]);
  return table([{head: 'NAME'}, {head: 'TTL', align: 'right', drop: 1}, {head: 'TYPE'}, {head: 'DATA'}], rows, {width: style.width});
}
