import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {expect} from 'vitest';

export const WIDTH = 80;

/** How everything is rendered here: 80 columns, no colour, at one moment. */
export const STYLE = {width: WIDTH, color: false, wide: false, interactive: false, nowMs: Date.parse('2026-03-01T09:00:00Z')};

/** A command to be pasted stands on a line of its own and is never broken. */
const COMMAND = /^ +(kubectl|kiada) /;

/**
 * Holds a text against golden/NAME.txt, and its lines against the width. KIADA_UPDATE_GOLDEN=1 writes the file anew: look at the
 * difference before it is committed.
 */
export function expectGolden(name: string, text: string): void {
  const tooWide = stripVTControlCharacters(text)
    .split('\n')
    .filter((line) => [...line].length > WIDTH && !COMMAND.test(line));
  expect(tooWide, `lines of ${name} that are wider than ${WIDTH} columns`).toEqual([]);
  const file = path.join(import.meta.dirname, 'golden', `${name}.txt`);
  if (process.env['KIADA_UPDATE_GOLDEN'] === '1') writeFileSync(file, `${text}\n`);
  if (!existsSync(file)) throw new Error(`there is no ${file}: write it with KIADA_UPDATE_GOLDEN=1`);
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
}
