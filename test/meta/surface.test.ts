import {readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {loadConfig} from '../../src/cli/load-config.ts';

const FILE = path.join(import.meta.dirname, 'surface.json');

interface Definition {
  readonly name: string;
  readonly char?: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly options?: readonly string[];
  readonly default?: unknown;
  readonly multiple?: boolean;
  readonly hidden?: boolean;
  readonly description?: string;
}

interface Surface {
  readonly args: object;
  readonly flags: object;
  readonly hidden?: boolean;
}

const commands = (await loadConfig()).commands.toSorted((a, b) => (a.id < b.id ? -1 : 1));

/** What scripts rely on: names, short names, values, defaults. Descriptions may change freely. */
function surface(): Readonly<Record<string, Surface>> {
  return Object.fromEntries(
    commands.map((command) => [
      command.id.replaceAll(':', ' '),
      {args: cut(command.args), flags: cut(command.flags), ...(command.hidden ? {hidden: true} : {})},
    ]),
  );
}

function cut(definitions: object): object {
  const entries = Object.entries(definitions as Record<string, Definition>).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([name, definition]) => {
      const {char, type, required, options, default: value, multiple, hidden} = definition;
      return [
        name,
        {
          ...(char ? {char} : {}),
          ...(type === 'boolean' ? {type} : {}),
          ...(required ? {required} : {}),
          ...(options ? {options} : {}),
          ...(value === undefined || value === false ? {} : {default: value}),
          ...(multiple ? {multiple} : {}),
          ...(hidden ? {hidden} : {}),
        },
      ];
    }),
  );
}

describe('the surface of the CLI', () => {
  it('is as surface.json says: KIADA_UPDATE_SURFACE=1 writes it anew, for review', () => {
    const text = `${JSON.stringify(surface(), null, 1)}\n`;
    if (process.env['KIADA_UPDATE_SURFACE'] === '1') writeFileSync(FILE, text);
    expect(JSON.parse(text)).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
  });

  it('tells what every command, flag and argument is for', () => {
    expect(commands.length).toBeGreaterThan(20);
    const silent = commands.flatMap((command) => {
      const definitions = [...Object.values(command.flags), ...Object.values(command.args)] as Definition[];
      const names = definitions.filter((definition) => !definition.description).map((definition) => `${command.id} ${definition.name}`);
      return command.summary ? names : [command.id, ...names];
    });
    expect(silent).toEqual([]);
  });

  it('has an example for every command', () => {
    expect(commands.filter((command) => (command.examples ?? []).length === 0).map((command) => command.id)).toEqual([]);
  });

  it('means the same by a short flag everywhere', () => {
    const meanings = new Map<string, Set<string>>();
    for (const command of commands) {
      for (const flag of Object.values(command.flags) as Definition[]) {
        if (flag.char) meanings.set(flag.char, (meanings.get(flag.char) ?? new Set()).add(flag.name));
      }
    }
    const several = [...meanings].filter(([, names]) => names.size > 1).map(([char, names]) => `-${char}: ${[...names].sort().join(', ')}`);
    // as in kubectl, where -f is a file to apply and follows a log
    expect(several).toEqual(['-f: filename, follow']);
  });

  it('has the global flags on every command', () => {
    const lacking = commands.filter(
      (command) => !['output', 'no-color', 'quiet', 'verbose'].every((flag) => Object.hasOwn(command.flags, flag)),
    );
    expect(lacking.map((command) => command.id)).toEqual([]);
  });
});
