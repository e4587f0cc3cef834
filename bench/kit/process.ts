import {type ChildProcess, execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {accessSync, constants} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Where there are two cores and `taskset`: 0 for servers, 1 for what loads them. */
  readonly core?: 0 | 1;
}

/** Runs a program to its end; its stdout and stderr. Rejects where it fails. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<{stdout: string; stderr: string}> {
  const [file, argv] = pinned(command, args, options.core);
  return new Promise((resolve, reject) => {
    execFile(
      file,
      argv,
      {env: options.env ?? process.env, timeout: options.timeoutMs ?? 300_000, maxBuffer: 256 * 1024 * 1024},
      (error, stdout, stderr) =>
        error === null ? resolve({stdout, stderr}) : reject(new Error(`${path.basename(command)} failed: ${stderr || error.message}`)),
    );
  });
}

/** How long a program takes from its start to its end, in milliseconds. */
export async function timeOf(command: string, args: readonly string[], options: RunOptions = {}): Promise<number> {
  const from = performance.now();
  await run(command, args, options);
  return performance.now() - from;
}

/** A program that serves until it is stopped. */
export interface Service {
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

export function start(command: string, args: readonly string[], options: RunOptions = {}): Service {
  const [file, argv] = pinned(command, args, options.core);
  const child = spawn(file, argv, {env: options.env ?? process.env, stdio: ['ignore', 'pipe', 'pipe']});
  child.stderr?.resume();
  return {
    process: child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await gone;
      clearTimeout(hard);
    },
  };
}

function pinned(command: string, args: readonly string[], core: 0 | 1 | undefined): [string, string[]] {
  const taskset = core === undefined || os.availableParallelism() < 2 ? null : find('taskset');
  return taskset === null ? [command, [...args]] : [taskset, ['-c', String(core), command, ...args]];
}

/** A program on PATH, or the one that an environment variable names. null: not here. */
export function find(name: string): string | null {
  const given = process.env[`KIADA_BENCH_${name.toUpperCase()}`];
  const candidates =
    given === undefined ? (process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, name)) : [given];
  return (
    [
      ...candidates,
      ...(given === undefined ? ['/usr/sbin', '/usr/local/sbin', '/usr/local/go/bin'].map((folder) => path.join(folder, name)) : []),
    ].find(isProgram) ?? null
  );
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not for us to run: either way the next candidate is tried
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean> | boolean, what: string, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
