import {execFile, spawn} from 'node:child_process';
import {accessSync, constants} from 'node:fs';
import {delimiter, join} from 'node:path';
import type {RunningServer} from './running-server.ts';

/** The kubectl that KIADA_TEST_KUBECTL names, or the first of PATH; null where there is none. */
export function findKubectl(): string | null {
  const named = process.env['KIADA_TEST_KUBECTL'];
  if (named !== undefined && named !== '') return named;
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'kubectl'));
  return found.find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export interface KubectlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs kubectl against that server, with a HOME of its own; `input` goes to its stdin. */
export function kubectl({kubeconfig, folder}: RunningServer, args: readonly string[], input = ''): Promise<KubectlResult> {
  const {promise, resolve} = Promise.withResolvers<KubectlResult>();
  const env = {...process.env, KUBECONFIG: kubeconfig, HOME: join(folder, 'home')};
  const child = execFile(findKubectl() ?? 'kubectl', args, {env, timeout: 30_000, maxBuffer: 64 << 20}, (error, stdout, stderr) => {
    const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
    resolve({code, stdout, stderr});
  });
  child.stdin?.end(input);
  return promise;
}

/** Starts kubectl and leaves it running; the test ends it. */
export function startKubectl({kubeconfig, folder}: RunningServer, args: readonly string[]) {
  const env = {...process.env, KUBECONFIG: kubeconfig, HOME: join(folder, 'home')};
  return spawn(findKubectl() ?? 'kubectl', args, {env, stdio: ['ignore', 'pipe', 'pipe']});
}
