import {createHash} from 'node:crypto';
import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {beforeAll, describe, expect, it, onTestFinished} from 'vitest';
import {KiadaError} from '../../../src/errors.ts';
import {openStore} from '../../../src/sandbox/api-server/index.ts';
import {MIGRATIONS, openDatabase} from '../../../src/sandbox/api-server/store/database.ts';
import {startSandbox} from '../../../src/sandbox/sandbox.ts';
import {createDice} from './dice.ts';
import {SEED} from './still-up.ts';

const FLIPS = Number(process.env['KIADA_FLIPS'] ?? 60);

/** A store with some objects, closed properly; copied for each test. */
let original: string;
beforeAll(() => {
  original = mkdtempSync(join(tmpdir(), 'kiada-original-'));
  const store = openStore(join(original, 'cluster.db'));
  for (let i = 0; i < 200; i++) store.put('configmaps', {metadata: {name: `c${i}`, namespace: 'default'}, data: {i: String(i)}});
  store.close();
  return () => rmSync(original, {recursive: true, force: true});
});

function copy(): {folder: string; file: string} {
  const folder = mkdtempSync(join(tmpdir(), 'kiada-data-'));
  cpSync(original, folder, {recursive: true});
  onTestFinished(() => rmSync(folder, {recursive: true, force: true}));
  return {folder, file: join(folder, 'cluster.db')};
}

describe("a data folder that is damaged or somebody else's is refused and left byte for byte", () => {
  const damages: Readonly<Record<string, (file: string) => void>> = {
    'a text': (file) => writeFileSync(file, 'my diary\n'.repeat(500)),
    "another program's database": (file) => {
      rmSync(file);
      const other = new DatabaseSync(file);
      other.exec('CREATE TABLE objects (resource TEXT); INSERT INTO objects VALUES (1);');
      other.close();
    },
    'a database that is cut short': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
    'a header alone': (file) => truncateSync(file, 100),
    'a database of a newer version': (file) => {
      const database = new DatabaseSync(file);
      database.exec('UPDATE layout SET version = 99');
      database.close();
    },
    'a database with a write-ahead log that belongs to another': (file) => {
      writeFileSync(file, 'no database at all');
      writeFileSync(`${file}-wal`, Buffer.alloc(5000, 7));
    },
    'a folder where the file should be': (file) => {
      rmSync(file);
      mkdirSync(file);
      writeFileSync(join(file, 'photo'), 'x');
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(what, async () => {
      const {folder, file} = copy();
      damage(file);
      const before = fingerprint(folder);
      const options = {
        name: 'x',
        dataDir: folder,
        port: 0,
        nodes: 1,
        zones: 1,
        ipFamily: 'ipv4' as const,
        images: [],
        log: () => undefined,
      };
      await expect(startSandbox(options)).rejects.toMatchObject({code: 'SANDBOX_DATA_INVALID'});
      expect(fingerprint(folder)).toEqual(before);
    });
  }

  it(`a byte changed at any of ${FLIPS} places: it is refused and left, or nothing is lost (seed ${SEED})`, () => {
    const dice = createDice(SEED);
    let refused = 0;
    const whole = contents();
    for (let flip = 0; flip < FLIPS; flip++) {
      const {folder, file} = copy();
      const bytes = readFileSync(file);
      const at = dice.int(bytes.length);
      bytes[at] = (bytes[at] as number) ^ (1 << dice.int(8));
      writeFileSync(file, bytes);
      const before = fingerprint(folder);
      try {
        const store = openStore(file);
        expect([store.resourceVersion, store.list('configmaps')]).toEqual(whole);
        store.close();
      } catch (error) {
        expect(error, `byte ${at}: ${String(error)}`).toBeInstanceOf(KiadaError);
        expect(fingerprint(folder), `byte ${at}`).toEqual(before);
        refused += 1;
      }
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('one that may not be written', () => {
    const {folder, file} = copy();
    if (process.getuid?.() === 0) return; // to root every file may be written
    chmodSync(file, 0o400);
    const before = fingerprint(folder);
    expect(() => openStore(file)).toThrow(KiadaError);
    expect(fingerprint(folder)).toEqual(before);
  });
});

describe('the store of an older version', () => {
  const SPLIT = `ALTER TABLE objects ADD COLUMN size INTEGER NOT NULL DEFAULT 0; UPDATE objects SET size = length(body);`;

  it('is brought to the present layout, step by step, with all that it holds', () => {
    const {file} = copy();
    const database = openDatabase(file, [...MIGRATIONS, SPLIT, 'CREATE TABLE more (x INTEGER);']);
    expect(database.prepare('SELECT version FROM layout').get()).toEqual({version: MIGRATIONS.length + 2});
    expect(database.prepare('SELECT count(*) AS n, min(size) > 0 AS filled FROM objects').get()).toEqual({n: 200, filled: 1});
    database.close();
    expect(() => openDatabase(file)).toThrow(/newer version/);
  });

  it('of the first layout, whose objects have no checksums, is read and written', () => {
    const {file} = copy();
    rmSync(file);
    const old = openDatabase(file, MIGRATIONS.slice(0, 1));
    const body = JSON.stringify({metadata: {name: 'a', namespace: 'default', resourceVersion: '7'}});
    old.prepare("INSERT INTO objects VALUES ('configmaps', 'default', 'a', ?)").run(body);
    old.exec("UPDATE counters SET value = 7 WHERE name = 'resourceVersion'");
    old.close();
    for (const expected of ['8', '9']) {
      const store = openStore(file);
      expect(store.put('configmaps', {metadata: {name: 'a', namespace: 'default'}}).metadata?.resourceVersion).toBe(expected);
      store.close();
    }
  });

  it('begins before the first step, too', () => {
    const {file} = copy();
    rmSync(file);
    const database = openDatabase(file, []);
    expect(database.prepare('SELECT version FROM layout').get()).toEqual({version: 0});
    database.close();
    const store = openStore(file);
    expect(store.resourceVersion).toBe(1);
    store.close();
  });

  it('stays as it was where a step fails, and can be opened by the version before', () => {
    const {file} = copy();
    expect(() => openDatabase(file, [...MIGRATIONS, `${SPLIT} INSERT INTO nowhere VALUES (1);`])).toThrow(/nowhere/);
    const store = openStore(file);
    expect(store.list('configmaps').length).toBe(200);
    store.close();
    const database = new DatabaseSync(file, {readOnly: true});
    expect(database.prepare('SELECT version FROM layout').get()).toEqual({version: MIGRATIONS.length});
    expect(() => database.prepare('SELECT size FROM objects')).toThrow();
    database.close();
  });
});

function contents(): [number, unknown] {
  const store = openStore(copy().file);
  const found = [store.resourceVersion, store.list('configmaps')] as [number, unknown];
  store.close();
  return found;
}

/** Each file below the folder with its mode and the hash of its bytes. */
function fingerprint(folder: string): Record<string, string> {
  const files = readdirSync(folder, {recursive: true, withFileTypes: true}).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [file, `${statSync(file).mode} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`]),
  );
}
