import {closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync} from 'node:fs';
import {DatabaseSync} from 'node:sqlite';
import {pathToFileURL} from 'node:url';
import {KiadaError} from '../../../errors.ts';
import {checksumOf, type Row} from './checksum.ts';

/** `kiad` in the header of the file (SQLite's application_id), so that somebody else's database is told at once. */
const APPLICATION_ID = 0x6b_69_61_64;

/**
 * Steps from one layout to the next; the index of the next step stands in the table `layout`. Never change a step that was released.
 * Step 0: objects as JSON by their key, and the counters. Step 1: a checksum for each object (`checksumOf`).
 */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE objects (resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
     PRIMARY KEY (resource, namespace, name)) WITHOUT ROWID;
   CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   INSERT INTO counters VALUES ('resourceVersion', 1);`,
  'ALTER TABLE objects ADD COLUMN checksum INTEGER;',
];

/**
 * Opens the sandbox's database, making it where there is none. A file that is not one, or is damaged, is left as it is:
 * KiadaError SANDBOX_DATA_INVALID. A file that another process holds open: SANDBOX_FAILED.
 */
export function openDatabase(file: string, steps: readonly string[] = MIGRATIONS): DatabaseSync {
  if (!existsSync(file) || statSync(file).size === 0) createDatabase(file);
  else if (!statSync(file).isFile()) throw foreign(file, 'it is no file');
  else verifyDatabase(file, steps.length);
  const database = connect(file);
  try {
    migrate(database, steps);
    return database;
  } catch (error) {
    database.close();
    throw translate(file, error);
  }
}

/** Made aside and renamed, so that a process that dies here leaves no half-made file. */
function createDatabase(file: string): void {
  const draft = `${file}.new`;
  for (const old of [draft, `${draft}-journal`]) rmSync(old, {force: true});
  const database = new DatabaseSync(draft);
  database.exec(
    `PRAGMA application_id = ${APPLICATION_ID}; CREATE TABLE layout (version INTEGER NOT NULL); INSERT INTO layout VALUES (0);`,
  );
  database.close();
  renameSync(draft, file);
}

function verifyDatabase(file: string, newest: number): void {
  const header = readHeader(file);
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw foreign(file, 'it is no SQLite database');
  if (header.readUInt32BE(68) !== APPLICATION_ID) throw foreign(file, 'it is a database of something else');
  const sidecarBefore = existsSync(`${file}-shm`);
  try {
    checkPages(file, newest);
  } finally {
    // a reader of a write-ahead log may have made this index; it is worth nothing without it
    if (!sidecarBefore) rmSync(`${file}-shm`, {force: true});
  }
}

/** Reads only: a writing connection would fold the write-ahead log into the damaged file when it closes. */
function checkPages(file: string, newest: number): void {
  const url = pathToFileURL(file);
  // without a log nothing can be missing from the file itself, and "immutable" leaves no sidecar files behind
  url.search = existsSync(`${file}-wal`) ? '?mode=ro' : '?immutable=1';
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(url, {readOnly: true});
    const {quick_check: verdict} = database.prepare('PRAGMA quick_check(1)').get() as {quick_check: string};
    if (verdict !== 'ok') throw foreign(file, `it is damaged: ${verdict.replaceAll('\n', ' ')}`);
    const layout = database.prepare('SELECT version FROM layout').get() as {version: number};
    if (layout.version > newest) throw foreign(file, 'a newer version of kiada wrote it');
    if (hasTables(database) !== layout.version > 0) throw foreign(file, 'it is damaged: its layout is not the one that it names');
    if (layout.version > 0) checkObjects(database, file, layout.version);
  } catch (error) {
    throw translate(file, error);
  } finally {
    database?.close();
  }
}

/** Each object against its checksum, and the resourceVersion against theirs: it must never go back. */
function checkObjects(database: DatabaseSync, file: string, layout: number): void {
  const {value: version} = database.prepare("SELECT value FROM counters WHERE name = 'resourceVersion'").get() as {value: number};
  for (const row of database.prepare(`SELECT resource, namespace, name, body${layout > 1 ? ', checksum' : ''} FROM objects`).iterate()) {
    const {checksum = null, ...object} = row as unknown as Row & {readonly checksum?: number | null};
    // those that an older version wrote have none
    const isWhole = checksum === null ? isObject(object) : checksum === checksumOf(object);
    if (!isWhole) throw foreign(file, `it is damaged: the object ${JSON.stringify(object.name)} cannot be read`);
    if (versionIn(object.body) > version) throw foreign(file, 'it is damaged: objects are newer than the counter of their versions');
  }
}

/** Whether there are tables beside the one with the layout's number. */
function hasTables(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name <> 'layout'").get() !== undefined;
}

function isObject({body, namespace, name}: Row): boolean {
  try {
    const {metadata} = JSON.parse(body) as {metadata: {name: string; namespace?: string}};
    return metadata.name === name && (metadata.namespace ?? '') === namespace;
  } catch {
    return false; // neither JSON nor an object
  }
}

/** Without parsing all of it: objects are written with their resourceVersion in the metadata. */
function versionIn(body: string): number {
  return Number(/"resourceVersion":"(\d+)"/.exec(body)?.[1] ?? 0);
}

function connect(file: string): DatabaseSync {
  try {
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;
      BEGIN IMMEDIATE; COMMIT;`);
    return database;
  } catch (error) {
    throw translate(file, error);
  }
}

/** Each step is whole or not at all, its number with it: a process that dies between two goes on with the second. */
function migrate(database: DatabaseSync, steps: readonly string[]): void {
  const {version} = database.prepare('SELECT version FROM layout').get() as {version: number};
  for (const [step, sql] of steps.entries()) {
    if (step < version) continue;
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(`${sql} UPDATE layout SET version = ${step + 1};`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

function readHeader(file: string): Buffer {
  const header = Buffer.alloc(100);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, header, 0, 100, 0);
  closeSync(descriptor);
  return header;
}

function translate(file: string, error: unknown): unknown {
  if (error instanceof KiadaError) return error;
  const code = (error as {errcode?: number}).errcode;
  if (code === undefined) return error;
  // 5 and 6: SQLITE_BUSY and SQLITE_LOCKED, the low byte of every extended code
  if ([5, 6].includes(code & 0xff))
    return new KiadaError('SANDBOX_FAILED', `Another process has the sandbox's data open: ${file}`, {cause: error});
  return foreign(file, (error as Error).message, error);
}

function foreign(file: string, why: string, cause?: unknown): KiadaError {
  return new KiadaError('SANDBOX_DATA_INVALID', `The sandbox's data in ${file} cannot be used: ${why}.`, {cause});
}
