import {existsSync, globSync, readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {ROOM_RULES, type RoomRule} from '../../tools/import-rules.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const page = readFileSync(path.join(ROOT, 'ARCHITECTURE.md'), 'utf8');

describe('ARCHITECTURE.md', () => {
  it('has the import rules that are enforced, row by row', () => {
    const table = /<!-- import-rules -->\n.*\n.*\n([\s\S]*?)\n<!-- \/import-rules -->/.exec(page)?.[1] ?? '';
    expect(table.split('\n')).toEqual(Object.entries(ROOM_RULES).map(([room, rule]) => rowOf(room, rule)));
  });

  it('says of each room what is in it', () => {
    const rooms = readdirSync(path.join(ROOT, 'src')).map((name) => name.replace(/\.ts$/, ''));
    const told = [...section('The rooms').matchAll(/^\| `([\w-]+)` \|/gm)].map((match) => match[1]);
    expect(told.toSorted()).toEqual(rooms.toSorted());
  });

  it('names only files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:src|test|tools|docs|bin)\/[\w./*-]+)`|\]\(([\w./-]+)\)/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    expect(named.length).toBeGreaterThan(60);
    const missing = named.filter((name) => !/[A-Z]{4}/.test(name) || name.endsWith('.md')).filter((name) => !isThere(name));
    expect(missing).toEqual([]);
  });

  it('sends typical changes to files that exist, short names included', () => {
    const rows = section('Where does my change belong?')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| I want'));
    expect(rows.length).toBeGreaterThanOrEqual(20);
    const lost = rows.flatMap((row) => shortNames(row.split(' | ')[1] ?? ''));
    expect(lost).toEqual([]);
  });
});

function rowOf(room: string, {rooms, node, packages}: RoomRule): string {
  const list = (names: readonly string[], all: string, none: string) =>
    names[0] === '*' ? all : names.map((name) => `\`${name}\``).join(', ') || none;
  return `| \`${room}\` | ${list(rooms, 'every room', 'nothing')} | ${node ? 'yes' : 'no'} | ${list(packages, 'any', 'none')} |`;
}

function section(title: string): string {
  return page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
}

function isThere(name: string): boolean {
  return name.includes('*') ? globSync(name, {cwd: ROOT}).length > 0 : existsSync(path.join(ROOT, name));
}

/** Names without a folder lie beside the file that stands before them; those that do not. */
function shortNames(cell: string): readonly string[] {
  let folder = '';
  return [...cell.matchAll(/`([\w./*-]+)`/g)].flatMap(([, name = '']) => {
    if (/[A-Z]{4}/.test(name)) {
      folder = name.split('/').slice(0, 2).join('/');
      return [];
    }
    if (name.includes('/')) {
      folder = name.endsWith('/') ? name : path.dirname(name);
      return [];
    }
    return isThere(path.posix.join(folder, name)) ? [] : [`${folder}/${name}`];
  });
}
