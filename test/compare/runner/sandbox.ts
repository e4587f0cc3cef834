import {spawn} from 'node:child_process';
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {kubeconfigOf} from '../../../src/flows/kubeconfig-file.ts';
import type {DaemonMessage} from '../../../src/flows/sandbox-up.ts';
import type {Cluster} from './types.ts';

const DAEMON = path.resolve(import.meta.dirname, '../../../src/cli/daemon.ts');

/** A sandbox for one run. */
export interface RunningSandbox extends Cluster {
  close(): Promise<void>;
}

/** Starts a sandbox as `kiada sandbox up` does: its own process, three nodes, both address families. */
export async function startSandbox(folder: string): Promise<RunningSandbox> {
  const dataDir = path.join(folder, 'sandbox');
  mkdirSync(dataDir, {recursive: true, mode: 0o700});
  const settings = JSON.stringify({name: 'compare', dataDir, nodes: 3, zones: 3, ipFamily: 'dual', port: 0});
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DAEMON, settings], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const {promise, resolve, reject} = Promise.withResolvers<void>();
  child.on('message', (message: DaemonMessage) => ('ready' in message ? resolve() : reject(new Error(message.failed.message))));
  child.once('exit', (code) => reject(new Error(`the sandbox ended with ${code}`)));
  await promise;
  const kubeconfig = path.join(folder, 'sandbox.kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf('compare', JSON.parse(readFileSync(path.join(dataDir, 'daemon.json'), 'utf8'))), {mode: 0o600});
  return {
    name: 'sandbox',
    kubeconfig,
    close: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
