import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {importsOf, ROOM_RULES, violationsOf} from '../../tools/import-rules.ts';

const SRC = path.join(import.meta.dirname, '..', '..', 'src');
const files = globSync('**/*.ts', {cwd: SRC}).map((file) => file.replaceAll('\\', '/'));

describe('who may import whom', () => {
  it('finds the modules of src', () => expect(files.length).toBeGreaterThan(100));

  it('holds in every module', () => {
    expect(files.flatMap((file) => violationsOf(file, readFileSync(path.join(SRC, file), 'utf8')))).toEqual([]);
  });

  it('fails on a planted violation of each kind', () => {
    expect(violationsOf('routing/planted.ts', "import {answer} from '../dns/index.ts';")).toHaveLength(1);
    expect(violationsOf('routing/planted.ts', "import fs from 'node:fs';")).toHaveLength(1);
    expect(violationsOf('sandbox/network/planted.ts', "import {connect} from '../../kube/index.ts';")).toHaveLength(1);
    expect(violationsOf('kube/planted.ts', "export {route} from '../routing/index.ts';")).toHaveLength(1);
    expect(violationsOf('dns/planted.ts', "const x = await import('dns-packet');")).toHaveLength(1);
    expect(violationsOf('flows/planted.ts', "import Load from '../commands/load.ts';")).toHaveLength(1);
    expect(violationsOf('routing/planted.ts', "import {viewOf} from '../view/index.ts';")).toEqual([]);
  });

  it('has no cycle between rooms but those that the composition needs', () => {
    const edges = new Map<string, Set<string>>();
    for (const file of files) {
      const room = (file.split('/')[0] as string).replace(/\.ts$/, '');
      for (const {specifier, typeOnly} of importsOf(readFileSync(path.join(SRC, file), 'utf8'))) {
        if (typeOnly || !specifier.startsWith('.')) continue;
        const target = (path.posix.normalize(path.posix.join(path.posix.dirname(file), specifier)).split('/')[0] as string).replace(
          /\.ts$/,
          '',
        );
        if (target !== room) edges.set(room, (edges.get(room) ?? new Set()).add(target));
      }
    }
    const both = [...edges].flatMap(([from, targets]) =>
      [...targets].filter((to) => edges.get(to)?.has(from)).map((to) => [from, to].sort().join(' <-> ')),
    );
    expect([...new Set(both)]).toEqual([]);
  });

  it('has no row for a room that is gone', () => {
    const rooms = new Set(files.map((file) => (file.split('/')[0] as string).replace(/\.ts$/, '')));
    expect(Object.keys(ROOM_RULES).filter((room) => !rooms.has(room))).toEqual([]);
  });
});
