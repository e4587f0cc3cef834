import {crc32} from 'node:zlib';

/** A stored row. */
export interface Row {
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** The object as JSON. */
  readonly body: string;
}

/** Of a row with its key: SQLite's pages have no checksums, so a byte that changes on the disk would be taken for data. */
export function checksumOf({resource, namespace, name, body}: Row): number {
  return crc32(`${resource}\0${namespace}\0${name}\0${body}`);
}
