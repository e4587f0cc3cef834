import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {onTestFinished} from 'vitest';
import type {SandboxInfo} from '../../../src/sandbox/own-routes.ts';

export interface RunningSandbox {
  readonly pid: number;
  readonly info: SandboxInfo;
  readonly token: string;
  readonly ca: string;
  readonly client: {readonly cert: string; readonly key: string};
  /** Bytes in use after a collection of garbage. */
  memory(): Promise<{heldBytes: number; residentBytes: number}>;
  /** What it has logged so far. */
  log(): string;
  /** False once it has ended. */
  isUp(): boolean;
}

interface Reach extends SandboxInfo {
  readonly token: string;
  readonly certificateAuthority: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** A whole sandbox in a process of its own; it ends with the test. */
export async function runSandbox(family: 'ipv4' | 'dual' = 'ipv4', nodes = 3): Promise<RunningSandbox> {
  const folder = mkdtempSync(join(tmpdir(), 'kiada-robust-'));
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=4', join(import.meta.dirname, 'sandbox-process.ts'), folder, family, String(nodes)],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  const exited = once(child, 'exit');
  let up = true;
  let logged = '';
  child.once('exit', () => {
    up = false;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, {recursive: true, force: true});
  });
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const {value, done} = await lines.next();
    if (done === true) throw new Error(`the sandbox has ended: ${logged}`);
    return JSON.parse(value) as T;
  };
  const reach = await next<Reach>();
  return {
    pid: reach.pid,
    info: reach,
    token: reach.token,
    ca: reach.certificateAuthority,
    client: {cert: reach.clientCertificate, key: reach.clientKey},
    memory() {
      child.stdin.write('\n');
      return next();
    },
    log: () => logged,
    isUp: () => up,
  };
}
