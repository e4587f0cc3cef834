import {closeSync, openSync, readFileSync, rmSync, writeSync} from 'node:fs';
import path from 'node:path';
import {KiadaError} from '../errors.ts';
import {isDaemon} from '../flows/daemon-process.ts';
import {packageRoot} from '../flows/package-root.ts';
import type {SandboxState} from '../flows/sandbox-files.ts';
import type {DaemonMessage, UpOptions} from '../flows/sandbox-up.ts';
import {writePrivate} from '../sandbox/kept-files.ts';
import {startSandbox} from '../sandbox/sandbox.ts';
import {catalogue} from './catalogue.ts';

type Settings = UpOptions & {readonly name: string; readonly dataDir: string};

/** The sandbox's process: started detached by `kiada sandbox up` with its settings as JSON, ended by SIGTERM. */
export async function runDaemon(text: string): Promise<void> {
  const settings = JSON.parse(text) as Settings;
  process.on('uncaughtException', (error) => log('daemon', `uncaught: ${error.stack ?? error.message}`));
  process.on('unhandledRejection', (reason) => log('daemon', `unhandled: ${textOf(reason)}`));
  try {
    await start(settings);
  } catch (error) {
    const known = error instanceof KiadaError ? error : null;
    log('daemon', textOf(error));
    const message = error instanceof Error ? error.message : String(error);
    tell({failed: {code: known?.code ?? 'SANDBOX_FAILED', message, hint: known?.hint ?? null}});
    process.exit(1);
  }
}

async function start(settings: Settings): Promise<void> {
  const stateFile = path.join(settings.dataDir, 'daemon.json');
  const lockFile = path.join(settings.dataDir, 'daemon.lock');
  lock(lockFile, settings.dataDir);
  const sandbox = await startSandbox({...settings, images: catalogue(), log});
  const {server, startedAt, dns, socks5} = sandbox.info();
  const version = (JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {version: string}).version;
  const doors = {dns, socks5: {address: socks5.address, port: socks5.port}};
  const state: SandboxState = {pid: process.pid, startedAt, version, server, ...doors, ...sandbox.credentials};
  writePrivate(stateFile, JSON.stringify(state));
  log('daemon', `ready at ${server}`);
  tell({ready: true});
  const stop = async () => {
    log('daemon', 'stopping');
    rmSync(stateFile, {force: true});
    setTimeout(() => process.exit(0), 5000).unref(); // whatever hangs must not keep it: the store is durable at any moment
    await sandbox.close();
    rmSync(lockFile, {force: true});
    process.exit(0);
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** One daemon per folder: a lock of a process that is gone is taken over. */
function lock(lockFile: string, dataDir: string): void {
  for (const attempt of [1, 2]) {
    try {
      const file = openSync(lockFile, 'wx', 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = Number(readFileSync(lockFile, 'utf8'));
      if (attempt === 2 || (owner > 0 && isDaemon(owner))) {
        throw new KiadaError('SANDBOX_FAILED', `another process (${owner}) runs the sandbox in ${dataDir}`, {
          hint: 'Wait for it, or end it with: kiada sandbox down',
        });
      }
      rmSync(lockFile, {force: true});
    }
  }
}

/** Tells the starter, if it still listens. */
function tell(message: DaemonMessage): void {
  if (process.connected) process.send?.(message);
}

function log(component: string, message: string): void {
  for (const line of message.split('\n')) process.stdout.write(`${new Date().toISOString()} ${component} ${line}\n`);
}
