import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {DatabaseSync} from 'node:sqlite';
import {describe, expect, it} from 'vitest';
import {KiadaError} from '../../../src/errors.ts';
import {openStore} from '../../../src/sandbox/api-server/index.ts';
import {temporaryFolder} from './temporary-folder.ts';

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {name, namespace: 'default'},
  data,
});

describe('the store', () => {
  it('gives every write the next resourceVersion and keeps it over restarts and deletions', () => {
    const file = join(temporaryFolder(), 'state.db');
    const store = openStore(file);
    const first = store.put('configmaps', configMap('a'));
    const second = store.put('configmaps', configMap('b'));
    store.remove('configmaps', second);
    const last = store.resourceVersion;
    store.close();
    const again = openStore(file);
    expect(Number(second.metadata?.resourceVersion)).toBe(Number(first.metadata?.resourceVersion) + 1);
    expect(again.resourceVersion).toBe(last);
    expect(again.list('configmaps')).toEqual([first]);
    expect(Number(again.put('configmaps', configMap('b')).metadata?.resourceVersion)).toBe(last + 1);
    again.close();
  });

  it('tells listeners in order, also of what a listener writes itself', () => {
    const store = openStore(join(temporaryFolder(), 'state.db'));
    const heard: string[] = [];
    store.subscribe(({object}) => {
      if (object.metadata?.name === 'a') store.put('configmaps', configMap('made-by-listener'));
    });
    store.subscribe(({type, object}) => heard.push(`${type} ${object.metadata?.name}`));
    store.put('configmaps', configMap('a'));
    expect(heard).toEqual(['ADDED a', 'ADDED made-by-listener']);
    store.close();
  });

  it('knows the changes since a version until they are compacted', () => {
    const store = openStore(join(temporaryFolder(), 'state.db'), {windowSize: 4});
    const start = store.resourceVersion;
    for (let i = 0; i < 4; i++) store.put('configmaps', configMap(`c${i}`));
    expect(store.changesSince(start)?.map(({object}) => object.metadata?.name)).toEqual(['c0', 'c1', 'c2', 'c3']);
    for (let i = 4; i < 10; i++) store.put('configmaps', configMap(`c${i}`));
    expect(store.changesSince(start)).toBeNull();
    expect(store.changesSince(store.resourceVersion - 1)?.map(({object}) => object.metadata?.name)).toEqual(['c9']);
    store.close();
  });

  it('hands out objects that cannot be changed by mistake', () => {
    const store = openStore(join(temporaryFolder(), 'state.db'));
    const stored = store.put('configmaps', configMap('a', {key: 'value'}));
    expect(() => Object.assign(stored['data'] as object, {key: 'other'})).toThrow(TypeError);
    store.close();
  });

  it('sorts as bytes: by namespace, then by name', () => {
    const store = openStore(join(temporaryFolder(), 'state.db'));
    for (const [namespace, name] of [
      ['b', 'a'],
      ['a', 'z'],
      ['a', 'b'],
      ['a', '0'],
    ] as const) {
      store.put('configmaps', {...configMap(name), metadata: {name, namespace}});
    }
    expect(store.list('configmaps').map(({metadata}) => `${metadata?.namespace}/${metadata?.name}`)).toEqual(['a/0', 'a/b', 'a/z', 'b/a']);
    store.close();
  });
});

describe('a file that is not the sandbox’s own is refused and left untouched', () => {
  const cases: Record<string, (file: string) => void> = {
    'a text file': (file) => writeFileSync(file, 'this is no database, but it is somebody’s text\n'.repeat(10)),
    'a short file': (file) => writeFileSync(file, 'x'),
    'a database of another program': (file) => {
      const other = new DatabaseSync(file);
      other.exec('CREATE TABLE things (a); INSERT INTO things VALUES (1)');
      other.close();
    },
    'a damaged database of ours': (file) => {
      const store = openStore(file);
      for (let i = 0; i < 50; i++) store.put('configmaps', configMap(`c${i}`, {text: 'x'.repeat(500)}));
      store.close();
      const bytes = readFileSync(file);
      bytes.fill(0x5a, 4096);
      writeFileSync(file, bytes);
    },
    'a database of a newer version': (file) => {
      openStore(file).close();
      const newer = new DatabaseSync(file);
      newer.exec('UPDATE layout SET version = 99');
      newer.close();
    },
  };
  for (const [name, make] of Object.entries(cases)) {
    it(name, () => {
      const folder = temporaryFolder();
      const file = join(folder, 'state.db');
      make(file);
      const before = readFileSync(file);
      const filesBefore = readdirSync(folder);
      expect(() => openStore(file)).toThrow(KiadaError);
      expect(() => openStore(file)).toThrow(expect.objectContaining({code: 'SANDBOX_DATA_INVALID'}));
      expect(readFileSync(file).equals(before)).toBe(true);
      expect(readdirSync(folder)).toEqual(filesBefore);
    });
  }

  it('a store that is open already', () => {
    const file = join(temporaryFolder(), 'state.db');
    const store = openStore(file);
    expect(() => openStore(file)).toThrow(expect.objectContaining({code: 'SANDBOX_FAILED'}));
    store.close();
  });
});
