import {existsSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {KiadaError} from '../errors.ts';
import {isDaemon} from './daemon-process.ts';
import {removeContext} from './kubeconfig-file.ts';
import {lockOwner, readState, type SandboxFiles} from './sandbox-files.ts';

const STOP_TIMEOUT_MS = 15_000;

/** Ends the sandbox's daemon and keeps its state; false where none ran. */
export async function stopSandbox(files: SandboxFiles): Promise<boolean> {
  const pid = readState(files)?.pid ?? lockOwner(files);
  if (pid === null) return false;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isDaemon(pid)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL'); // its writes are durable: nothing is lost
    if (Date.now() > deadline + 2000) throw new KiadaError('SANDBOX_FAILED', `process ${pid} of the sandbox does not end`);
    await delay(20);
  }
  rmSync(files.state, {force: true});
  return true;
}

/** Files and folders that a sandbox makes: nothing else is ever removed. */
const OWN = [
  'cluster.db',
  'cluster.db-wal',
  'cluster.db-shm',
  'daemon.json',
  'daemon.json.new',
  'daemon.log',
  'daemon.lock',
  'pki',
  'ports.json',
  'ports.json.new',
  'pods',
  'volumes',
  'logs',
];

/** Ends the sandbox and removes its state and its context. Throws SANDBOX_DATA_INVALID for a folder that is no sandbox's. */
export async function deleteSandbox(files: SandboxFiles, kubeconfig: string): Promise<boolean> {
  const stopped = await stopSandbox(files);
  removeContext(kubeconfig, files.name);
  if (!existsSync(files.dataDir)) return stopped;
  const entries = readdirSync(files.dataDir);
  if (entries.length > 0 && !entries.includes('cluster.db') && !entries.includes('daemon.log')) {
    throw new KiadaError('SANDBOX_DATA_INVALID', `${files.dataDir} is not a sandbox's folder`);
  }
  for (const entry of entries.filter((name) => OWN.includes(name))) rmSync(path.join(files.dataDir, entry), {recursive: true, force: true});
  if (readdirSync(files.dataDir).length === 0) rmSync(files.dataDir, {recursive: true});
  return true;
}
