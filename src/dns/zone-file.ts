import type {DnsRecord} from '../model/index.ts';
import {parseRecordData} from './record-data.ts';

/** Records as lines of a zone file, in aligned columns: name, TTL, class, type, data (RFC 1035 section 5.1). */
export function formatZoneFile(records: readonly DnsRecord[]): string {
  const width = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const name = width(records.map((record) => record.name));
  const ttl = width(records.map((record) => String(record.ttl)));
  const type = width(records.map((record) => record.type));
  const line = (record: DnsRecord) =>
    `${record.name.padEnd(name)} ${String(record.ttl).padStart(ttl)} IN ${record.type.padEnd(type)} ${record.data}\n`;
  return records.map(line).join('');
}

/**
 * Reads lines as `formatZoneFile` and dig write them: one record each, names with their final dot; blank lines and comments (`;`) are
 * passed over. null where a line is no record of a type that cluster DNS serves.
 */
export function parseZoneFile(text: string): readonly DnsRecord[] | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(';'));
  const records = lines.map(parseLine);
  return records.every((record) => record !== null) ? records : null;
}

function parseLine(line: string): DnsRecord | null {
  const match = /^(\S+\.)\s+(\d{1,10})\s+IN\s+([A-Z]+)\s+(.*\S)\s*$/.exec(line);
  const [, name, ttl, type, data] = match ?? [];
  if (name === undefined || ttl === undefined || type === undefined || data === undefined) return null;
  return parseRecordData(type, data) === null ? null : {name, type, ttl: Number(ttl), data};
}
