import {spawn} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import {packageRoot, runsFromSources} from './package-root.ts';
import {lockOwner, readState, type SandboxFiles, type SandboxState} from './sandbox-files.ts';

export interface UpOptions {
  readonly nodes: number;
  readonly zones: number;
  readonly ipFamily: 'ipv4' | 'ipv6' | 'dual';
  /** The API server's port on 127.0.0.1; 0 for any that is free, and the same again next time. */
  readonly port: number;
}

/** What the daemon tells its starter: that it is ready, or why it is not. */
export type DaemonMessage =
  | {readonly ready: true}
  | {readonly failed: {readonly code: string; readonly message: string; readonly hint: string | null}};

const START_TIMEOUT_MS = 30_000;

/**
 * With a young generation of 4 MiB the suite takes some 20 MiB less, and what load has taken is given back after it; requests per second
 * were not fewer.
 */
const RUNTIME_FLAGS = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4'];

/** Starts the sandbox's daemon unless it runs, and returns when its API answers. */
export async function startSandboxDaemon(files: SandboxFiles, options: UpOptions): Promise<{state: SandboxState; started: boolean}> {
  const running = await stateOfOther(files);
  if (running !== null) return {state: running, started: false};
  mkdirSync(files.dataDir, {recursive: true, mode: 0o700});
  const message = await launch(files, options);
  if ('failed' in message) {
    const other = await stateOfOther(files);
    if (other !== null) return {state: other, started: false};
    throw failure(message.failed, files);
  }
  const state = readState(files);
  if (state === null) throw new KiadaError('SANDBOX_FAILED', 'the sandbox ended right after it started', {hint: lastLog(files)});
  return {state, started: true};
}

/** What another daemon of this folder wrote, waiting for one that starts or ends; null where none is left. */
async function stateOfOther(files: SandboxFiles): Promise<SandboxState | null> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const state = readState(files);
    if (state !== null || lockOwner(files) === null || Date.now() > deadline) return state;
    await delay(50);
  }
}

async function launch(files: SandboxFiles, options: UpOptions): Promise<DaemonMessage> {
  const log = openSync(files.log, 'a', 0o600);
  const entry = runsFromSources()
    ? path.join(packageRoot(), 'src', 'cli', 'daemon.ts')
    : path.join(packageRoot(), 'dist', 'cli', 'daemon.cjs');
  const settings = JSON.stringify({name: files.name, dataDir: files.dataDir, ...options});
  const child = spawn(process.execPath, [...RUNTIME_FLAGS, entry, settings], {
    detached: true, // survives the terminal
    cwd: files.dataDir,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  try {
    return await new Promise<DaemonMessage>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new KiadaError('SANDBOX_FAILED', `the sandbox was not ready after ${START_TIMEOUT_MS / 1000} s`)),
        START_TIMEOUT_MS,
      );
      const settle = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      child.once('message', (message) => settle(() => resolve(message as DaemonMessage)));
      child.once('error', (error) =>
        settle(() => reject(new KiadaError('SANDBOX_FAILED', 'the sandbox cannot be started', {cause: error}))),
      );
      child.once('exit', (code) =>
        settle(() =>
          reject(new KiadaError('SANDBOX_FAILED', `the sandbox ended while it started (exit code ${code})`, {hint: lastLog(files)})),
        ),
      );
    });
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }
}

function failure(failed: {code: string; message: string; hint: string | null}, files: SandboxFiles): KiadaError {
  const code = failed.code === 'SANDBOX_DATA_INVALID' || failed.code === 'USAGE' ? failed.code : 'SANDBOX_FAILED';
  return new KiadaError(code, failed.message, {hint: failed.hint ?? lastLog(files)});
}

/** The end of the log as a hint: what the user would look up next. */
function lastLog(files: SandboxFiles): string {
  if (!existsSync(files.log)) return 'Read its log with: kiada sandbox logs';
  const last = readFileSync(files.log, 'utf8').trimEnd().split('\n').at(-1) ?? '';
  return `Its log ends with: ${last.slice(0, 300)}`;
}
