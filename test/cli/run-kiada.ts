import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {afterAll} from 'vitest';

export const ROOT = path.join(import.meta.dirname, '..', '..');
export const SNAPSHOT = path.join(ROOT, 'test', 'fixtures', 'suite.yaml');

export interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Ends the run: SIGTERM after this time. */
  readonly timeoutMs?: number;
}

/** Runs the CLI from its sources in a process of its own, with an empty home and no kubeconfig. */
export async function runKiada(argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [path.join(ROOT, 'bin', 'dev.js'), ...argv], {
    cwd: ROOT,
    env: environment(options.env),
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 30_000,
  });
  child.stdin.end(options.stdin ?? '');
  const [stdout, stderr, exitCode] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return {stdout, stderr, exitCode};
}

/** Runs command lines one after the other in one process that calls the real main: what a process of each costs adds up. */
export async function runAll(lines: readonly (readonly string[])[], env: Readonly<Record<string, string>> = {}): Promise<readonly Run[]> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'run-lines.ts')], {
    cwd: ROOT,
    env: environment(env),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify(lines));
  const [stdout, stderr] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout) as Run[];
}

/** The environment of a user who has nothing yet. */
export function environment(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const {KUBECONFIG: _kubeconfig, COLUMNS: _columns, FORCE_COLOR: _force, NO_COLOR: _none, NODE_ENV: _env, ...inherited} = process.env;
  const home = emptyFolder();
  return {...inherited, HOME: home, XDG_DATA_HOME: path.join(home, 'data'), ...more};
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, {recursive: true, force: true});
});

/** A folder that is gone when the tests of the file are over. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kiada-cli-'));
  folders.push(folder);
  return folder;
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
