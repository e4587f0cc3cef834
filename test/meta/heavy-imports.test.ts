import {globSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {importsOf} from '../../tools/import-rules.ts';

const COMMANDS = path.join(import.meta.dirname, '..', '..', 'src', 'commands');
const files = globSync('**/*.ts', {cwd: COMMANDS});

/** What a command may load before it runs: oclif, the base command and the flags, and what opens a source. */
const LIGHT = /^(@oclif\/core|(\.\.\/)+(cli|flows)\/(index|sandbox-flags|completion-scripts|[a-z]+-flags)\.ts)$/;

describe('commands', () => {
  it('load their heavy rooms only while they run', () => {
    expect(files.length).toBeGreaterThan(15);
    const heavy = files.flatMap((file) => {
      const source = readFileSync(path.join(COMMANDS, file), 'utf8');
      const statics = importsOf(source).filter(({specifier, typeOnly}) => !typeOnly && !source.includes(`import('${specifier}')`));
      return statics.filter(({specifier}) => !LIGHT.test(specifier)).map(({specifier}) => `${file}: ${specifier}`);
    });
    expect(heavy).toEqual([]);
  });

  it('keep run() under 25 lines', () => {
    const long = files.filter((file) => {
      const source = readFileSync(path.join(COMMANDS, file), 'utf8');
      const body = /async run\(\)[^{]*\{\n([\s\S]*?)\n {2}\}\n/.exec(source)?.[1] ?? '';
      return body.split('\n').length >= 25;
    });
    expect(long).toEqual([]);
  });
});
