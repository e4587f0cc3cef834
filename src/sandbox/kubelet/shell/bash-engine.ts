import type {Bash, BashExecResult, CustomCommand, ResolvedCommandContext} from 'just-bash';
import type {Program} from '../../../model/index.ts';
import {ByteQueue} from '../process/byte-queue.ts';
import type {ProcessContext} from '../process/process.ts';
import {bashFiles} from './bash-files.ts';
import {BASH_COMMANDS, type ShellHost} from './shell-host.ts';

export interface LeafResult {
  readonly stdout: Uint8Array;
  readonly stderr: string;
  readonly exitCode: number;
  readonly env: Readonly<Record<string, string>>;
}

export interface LeafOptions {
  readonly env: Readonly<Record<string, string>>;
  /** What programs that the command starts get, where that is less than `env`. */
  readonly exported?: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stdin: Uint8Array;
  /** Further arguments of the first command, taken literally. */
  readonly args?: readonly string[];
  readonly signal: AbortSignal;
}

/** What one run of the library may cost: commands end in bounded time and memory, whatever a script asks for. */
const LIMITS = {
  maxExecutionTimeMs: Number.POSITIVE_INFINITY,
  maxOutputSize: 64 * 1024 * 1024,
  maxStringLength: 32 * 1024 * 1024,
  maxLiveBytes: 128 * 1024 * 1024,
  maxLoopIterations: 1_000_000,
  maxCommandCount: 1_000_000,
} as const;

/**
 * The shell library over a container: it expands words and has the text commands. It is given no network, no JavaScript and no Python,
 * so a script reaches the container's files and our own commands, and nothing of the host. Loaded when the first shell starts.
 */
export async function openBashEngine(host: ShellHost, context: ProcessContext, programs: ReadonlyMap<string, Program>) {
  const library = await import('just-bash');
  const commands = [...programs].map(
    ([name, program]): CustomCommand => ({name, execute: (args, inner) => runInside(name, args, program, inner)}),
  );
  const bash: Bash = new library.Bash({
    fs: bashFiles(host.files),
    cwd: context.workingDir,
    env: {},
    commands: [...BASH_COMMANDS],
    customCommands: commands,
    executionLimits: LIMITS,
    // its second line of defence replaces globals of the whole process for a while, which would slow the data plane;
    // the first line, that no host code can be reached, does not need it
    defenseInDepth: false,
    processInfo: {pid: context.pid, ppid: 0, uid: 0, gid: 0},
  });
  let exported: Readonly<Record<string, string>> = context.env;
  const runLeaf = (source: string, options: LeafOptions) => {
    exported = options.exported ?? options.env;
    return run(bash, source, options);
  };
  return {run: runLeaf, parse: library.parse, serialize: library.serialize};

  async function runInside(name: string, args: string[], program: Program, inner: ResolvedCommandContext) {
    const stdout: Uint8Array[] = [];
    const stderr: Uint8Array[] = [];
    const stdin = new ByteQueue();
    stdin.push(Buffer.from(library.latin1FromBytes(inner.stdin), 'latin1'));
    stdin.end();
    const exitCode = await host.spawn(context, program, {
      args: [name, ...args],
      env: {...exported, ...inner.exportedEnv},
      workingDir: inner.cwd,
      stdin,
      stdout: (bytes) => stdout.push(bytes),
      stderr: (bytes) => stderr.push(bytes),
    });
    return {
      stdout: Buffer.concat(stdout).toString('latin1'),
      stdoutKind: 'bytes' as const,
      stderr: Buffer.concat(stderr).toString('utf8'),
      exitCode,
    };
  }
}

export type BashEngine = Awaited<ReturnType<typeof openBashEngine>>;

async function run(bash: Bash, source: string, options: LeafOptions): Promise<LeafResult> {
  const result = await bash.exec(source, {
    env: {...options.env},
    replaceEnv: true,
    cwd: options.cwd,
    rawScript: true,
    stdin: Buffer.from(options.stdin).toString('latin1'),
    stdinKind: 'bytes',
    signal: options.signal,
    ...(options.args ? {args: [...options.args]} : {}),
  });
  return {stdout: outputOf(result), stderr: result.stderr, exitCode: result.exitCode, env: result.env};
}

/**
 * The library hands its output over as text where its bytes are UTF-8, and byte by byte where they are not, and does not say which.
 * Bytes that no text has, and no character beyond a byte, tell the second case.
 */
function outputOf({stdout}: BashExecResult): Uint8Array {
  const isBytes = /[\0\x80-\x9f]/.test(stdout) && !/[^\0-\xff]/.test(stdout);
  return Buffer.from(stdout, isBytes ? 'latin1' : 'utf8');
}
