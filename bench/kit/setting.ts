import {existsSync, mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Row} from './row.ts';

/** What every benchmark is given. */
export interface Setting {
  /** A folder of its own, gone afterwards. */
  readonly folder: string;
  /** Of a sample of load, in seconds. */
  readonly seconds: number;
  readonly rounds: number;
  /** Only to see that everything works: figures mean nothing. */
  readonly quick: boolean;
  /** Where plots go; null: nowhere. */
  readonly plots: string | null;
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  rows(setting: Setting): Promise<readonly Row[]>;
}

export const ROOT = path.dirname(path.dirname(path.dirname(fileURLToPath(import.meta.url))));

/** The installed entry, run by the Node that runs the benchmarks. */
export const KIADA: readonly [string, string] = [process.execPath, path.join(ROOT, 'bin', 'run.js')];

export function program(name: string): string {
  return path.join(ROOT, 'bench', 'programs', name);
}

export function isBuilt(): boolean {
  return existsSync(path.join(ROOT, 'dist', 'cli', 'front.cjs'));
}

export async function withFolder<Result>(act: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kiada-bench-'));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
}
