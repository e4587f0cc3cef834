import {accessSync, constants} from 'node:fs';
import path from 'node:path';

/** Where a program is, or null where this machine has none: kubectl by KIADA_TEST_KUBECTL, else all by PATH. */
export function program(name: string): string | null {
  const chosen = name === 'kubectl' ? process.env['KIADA_TEST_KUBECTL'] : undefined;
  if (chosen) return chosen;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable) ?? null;
}

/**
 * Whether one of these programs is missing here; says so, since a test that is left out must be seen. Where none may be left out
 * (KIADA_TEST_COMPLETE=1, as in CI) it throws.
 */
export function lacks(...names: readonly string[]): boolean {
  const missing = names.filter((name) => program(name) === null);
  if (missing.length > 0 && process.env['KIADA_TEST_COMPLETE'] === '1') throw new Error(`this machine has no ${missing.join(', ')}`);
  if (missing.length > 0) process.stderr.write(`left out, for this machine has no ${missing.join(', ')}\n`);
  return missing.length > 0;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or nothing to run
  }
}
