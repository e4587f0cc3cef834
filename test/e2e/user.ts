import {spawn} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {expect} from 'vitest';
import type {SandboxStatusResult} from '../../src/model/index.ts';
import {program} from './programs.ts';

/** What a command did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Called with all of stdout so far, each time that more has come. */
  readonly onStdout?: (text: string) => void;
}

const BIN = path.resolve('bin', 'run.js');

/** Somebody at a shell with an empty home of their own: no kubeconfig, no sandbox, nothing of this machine's user. */
export class User {
  readonly home = mkdtempSync(path.join(os.tmpdir(), 'kiada-e2e-'));
  readonly env: NodeJS.ProcessEnv;

  constructor() {
    mkdirSync(path.join(this.home, 'data'));
    this.env = {
      PATH: process.env['PATH'],
      HOME: this.home,
      KUBECONFIG: path.join(this.home, 'kubeconfig'),
      XDG_DATA_HOME: path.join(this.home, 'data'),
      KUBECACHEDIR: path.join(this.home, 'kubecache'),
      LANG: 'C.UTF-8',
    };
  }

  /** Runs the built CLI. */
  async kiada(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const outcome = await this.run(process.execPath, [BIN, ...args], options);
    expect(outcome.stderr, 'what Node itself has to say is nothing to users').not.toContain('Warning: ');
    return outcome;
  }

  /** Runs the built CLI, which must succeed, and gives what it prints as JSON. */
  async json<T>(args: readonly string[]): Promise<T> {
    const outcome = await this.succeed(this.kiada([...args, '-o', 'json']));
    return JSON.parse(outcome.stdout) as T;
  }

  /** Runs kubectl, which must succeed, and gives what it prints. */
  async kubectl(...args: readonly string[]): Promise<string> {
    return (await this.succeed(this.tryKubectl(args))).stdout;
  }

  tryKubectl(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return this.run(program('kubectl') ?? 'kubectl', args, options);
  }

  async succeed(outcome: Promise<Outcome>): Promise<Outcome> {
    const {code, stdout, stderr} = await outcome;
    expect({code, stderr: code === 0 ? '' : stderr, stdout: code === 0 ? '' : stdout}).toEqual({code: 0, stderr: '', stdout: ''});
    return {code, stdout, stderr};
  }

  run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    const {env, input = '', timeoutMs = 30_000, onStdout} = options;
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {env: {...this.env, ...env}, cwd: this.home, timeout: timeoutMs, killSignal: 'SIGKILL'});
      const text = {stdout: '', stderr: ''};
      for (const name of ['stdout', 'stderr'] as const)
        child[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
      if (onStdout) child.stdout.on('data', () => onStdout(text.stdout));
      child.once('error', reject);
      child.once('close', (code) => resolve({code, ...text}));
      child.stdin.on('error', () => undefined); // a command that ends before it reads its input
      child.stdin.end(input);
    });
  }

  /** What `sandbox status` tells: exit code 1 says that it does not run. */
  async status(name = 'default'): Promise<SandboxStatusResult> {
    const {code, stdout, stderr} = await this.kiada(['sandbox', 'status', '--name', name, '-o', 'json']);
    const status = JSON.parse(stdout || JSON.stringify(stderr)) as SandboxStatusResult;
    expect(code).toBe(status.running ? 0 : 1);
    return status;
  }

  /** curl from a vantage (`outside`, `node.NAME`, `pod.NAME.NAMESPACE`) through the sandbox's SOCKS5 door. */
  async curlFrom(vantage: string, args: readonly string[], password?: string): Promise<Outcome> {
    const {socks5} = await this.status();
    const proxy = `socks5h://${vantage}:${password ?? socks5?.password}@${socks5?.address}:${socks5?.port}`;
    return this.run('curl', ['-sS', '-m', '10', '--proxy', proxy, ...args]);
  }

  /** Ends each sandbox by its own process id, whatever state it is in, and removes the home. */
  leave(): void {
    const root = path.join(this.home, 'data', 'kiada', 'sandboxes');
    for (const name of namesIn(root)) {
      const pid = processOf(path.join(root, name, 'daemon.lock'));
      if (pid !== null) kill(pid);
    }
    rmSync(this.home, {recursive: true, force: true, maxRetries: 10, retryDelay: 50});
  }
}

/** Node port numbers that are free on this host's loopback now. */
export async function freeNodePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  const start = 30_100 + Math.floor(Math.random() * 2_000);
  for (let port = start; found.length < count; port += 1) if (await isFree(port)) found.push(port);
  return found;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no sandbox was ever started
  }
}

function processOf(lockFile: string): number | null {
  try {
    return Number(readFileSync(lockFile, 'utf8')) || null;
  } catch {
    return null; // it ended and took its lock along
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself meanwhile
  }
}
