import {type ChildProcess, spawn} from 'node:child_process';
import path from 'node:path';
import {KUBECONFIG} from './kubeconfig.ts';
import {RIG} from './rig.ts';

const RUN = path.resolve(import.meta.dirname, '../../../bin/run.js');
const DEADLINE_MS = 120_000;

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Another kubeconfig than the cluster's own. */
  readonly kubeconfig?: string | undefined;
  readonly input?: string;
  /** A place inside the rig's network, to run there. */
  readonly place?: string;
  /** How long it may take: a minute where nothing is said. */
  readonly timeoutMs?: number;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/** Runs the built CLI against the genuine cluster to its end. */
export function kiada(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startKiada(args, options).ended;
}

/** Starts the built CLI against the genuine cluster. */
export function startKiada(args: readonly string[], options: CliOptions = {}): RunningCli {
  const env = {...process.env, KUBECONFIG: options.kubeconfig ?? KUBECONFIG, NO_COLOR: '1', KIADA_COMPLETION_MS: '5000'};
  const [command, ...before] = options.place === undefined ? [process.execPath] : [RIG ?? '', options.place, process.execPath];
  const child = spawn(command as string, [...before, RUN, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? DEADLINE_MS,
  });
  const {promise, resolve, reject} = Promise.withResolvers<CliResult>();
  const text = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.stderr += chunk;
  });
  child.on('error', reject);
  child.on('close', (code) => resolve({code, ...text}));
  child.stdin.on('error', () => {}); // a command that reads no input may have ended before it was written
  child.stdin.end(options.input ?? '');
  return {child, ended: promise};
}

/** The result of a command with `-o json`; throws with all that it said where it ends otherwise than expected. */
export async function kiadaJson<Result>(args: readonly string[], options: CliOptions & {readonly code?: number} = {}): Promise<Result> {
  const result = await kiada([...args, '-o', 'json'], options);
  if (result.code !== (options.code ?? 0)) {
    throw new Error(`kiada ${args.join(' ')} ended with ${result.code}\n${result.stdout}\n${result.stderr}`);
  }
  return JSON.parse(result.stdout) as Result;
}
