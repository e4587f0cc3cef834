import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

const CODE_CACHE = path.join(import.meta.dirname, '..', '..', 'bin', 'code-cache.js');

let folder = '';
let build = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-code-'));
  build = path.join(folder, 'dist');
  mkdirSync(path.join(build, 'commands', 'svc'), {recursive: true});
  writeFileSync(path.join(build, 'commands', 'svc', 'list.cjs'), '');
  writeFileSync(path.join(build, 'part.cjs'), 'exports.double = (x) => x * 2;');
  writeFileSync(path.join(build, 'front.cjs'), "console.log(require('./part.cjs').double(21), __filename.endsWith('front.cjs'));");
});
afterEach(() => rmSync(folder, {recursive: true, force: true}));

describe('the code cache', () => {
  it('is written by the first run of a command and left alone by the next', () => {
    expect(run('svc', 'list', '-A')).toBe('42 true\n');
    expect(names()).toEqual(['svc-list.code']);
    const written = statSync(cached('svc-list')).ino;
    expect(run('svc', 'list')).toBe('42 true\n');
    expect(statSync(cached('svc-list')).ino).toBe(written);
  });

  it('takes no name from words of the user', () => {
    run('svcs', 'list');
    run('../../etc', 'passwd');
    expect(names()).toEqual(['other.code']);
  });

  for (const [what, damage] of [
    ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length - 10)],
    ['damaged', (bytes: Buffer) => bytes.fill(0x55, bytes.length - 200)],
    ['not one at all', () => Buffer.from('no code')],
    ['empty', () => Buffer.alloc(0)],
  ] as const) {
    it(`is written anew where it is ${what}`, () => {
      run('svc', 'list');
      writeFileSync(cached('svc-list'), damage(readFileSync(cached('svc-list'))));
      const damaged = statSync(cached('svc-list')).ino;
      expect(run('svc', 'list')).toBe('42 true\n');
      const written = statSync(cached('svc-list')).ino;
      expect(written).not.toBe(damaged);
      run('svc', 'list');
      expect(statSync(cached('svc-list')).ino).toBe(written);
    });
  }

  it('is of no use to another build', () => {
    run('svc', 'list');
    // the same length, which is all that V8 compares
    writeFileSync(path.join(build, 'part.cjs'), 'exports.double = (x) => x * 3;');
    utimesSync(build, 1, 1);
    expect(run('svc', 'list')).toBe('63 true\n');
  });

  it('does without where it cannot be written', () => {
    writeFileSync(path.join(folder, 'cache'), 'a file where the folder should be');
    expect(run('svc', 'list')).toBe('42 true\n');
  });
});

function run(...words: string[]): string {
  const script = `require(${JSON.stringify(CODE_CACHE)})(${JSON.stringify(build)}, ${JSON.stringify(words)}); require(${JSON.stringify(path.join(build, 'front.cjs'))});`;
  return execFileSync(process.execPath, ['-e', script], {
    env: {...process.env, XDG_CACHE_HOME: path.join(folder, 'cache')},
    encoding: 'utf8',
  });
}

function cached(name: string): string {
  return path.join(folder, 'cache', 'kiada', `${name}.code`);
}

function names(): readonly string[] {
  return readdirSync(path.join(folder, 'cache', 'kiada'));
}
