import type {Program} from '../../../model/index.ts';
import type {ProcessContext} from '../process/process.ts';
import {openBashEngine} from './bash-engine.ts';
import {runTrap} from './builtins.ts';
import {runInteractively} from './interactive.ts';
import {runStatements, runToEnd} from './interpreter.ts';
import {parseOrComplain} from './parse-script.ts';
import {newSession, type ShellSession} from './session.ts';
import type {ShellHost} from './shell-host.ts';
import {ShellInput, type ShellIo} from './shell-io.ts';
import type {ShellState} from './shell-state.ts';

/** `sh -c SCRIPT`, `sh FILE`, `sh` over its input, or at a terminal. */
export async function shellProgram(host: ShellHost, context: ProcessContext, programs: ReadonlyMap<string, Program>): Promise<number> {
  const command = parseArguments(context.args);
  const session = newSession(host, context, await openBashEngine(host, context, programs), programs, runStatements);
  const state = newState(context, command);
  const io: ShellIo = {stdin: new ShellInput(context.stdin), stdout: context.stdout, stderr: context.stderr};
  let exit: number;
  if (command.script !== null) exit = await runScript(command.script, state, io, session);
  else if (command.file !== null) exit = await runFile(command.file, state, io, session);
  else if (context.tty) exit = await runInteractively(state, io, session);
  else exit = await runScript((await io.stdin.readAll()).toString('utf8'), state, {...io, stdin: new ShellInput()}, session);
  const trap = state.traps.get('EXIT');
  if (trap !== undefined) await runTrap(trap, state, io, session);
  return exit;
}

interface ShellCommand {
  readonly script: string | null;
  readonly file: string | null;
  readonly args: readonly string[];
  readonly exitsOnError: boolean;
}

function parseArguments([shell = 'sh', ...rest]: readonly string[]): ShellCommand {
  let index = 0;
  let flags = '';
  for (; index < rest.length && /^[-+]./.test(rest[index] ?? ''); index += 1) {
    const flag = rest[index] ?? '';
    if (flag === '--') {
      index += 1;
      break;
    }
    flags += flag.startsWith('--') ? '' : flag.slice(1);
    if (/o$/.test(flag)) index += 1;
  }
  const operands = rest.slice(index);
  const exitsOnError = flags.includes('e');
  if (flags.includes('c')) {
    const [script = '', ...args] = operands;
    return {script, file: null, args: args.length > 0 ? args : [shell], exitsOnError};
  }
  const [file = null, ...args] = operands;
  return {script: null, file, args: [file ?? shell, ...args], exitsOnError};
}

function newState(context: ProcessContext, command: ShellCommand): ShellState {
  const path = context.args[0] ?? 'sh';
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    name,
    exported: new Map(Object.entries(context.env)),
    local: new Map(),
    cwd: context.workingDir,
    args: command.args,
    functions: new Map(),
    lastExit: 0,
    lastJob: null,
    exitsOnError: command.exitsOnError,
    traps: new Map(),
  };
}

async function runFile(file: string, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const path = file.startsWith('/') ? file : `${state.cwd}/${file}`;
  if (session.host.files.exists(path)) return runScript(session.host.files.readText(path), state, io, session);
  io.stderr(Buffer.from(`${state.name}: can't open '${file}': No such file or directory\n`));
  return 127;
}

async function runScript(source: string, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const script = parseOrComplain(source, state, io, session);
  return script ? runToEnd(script.statements, state, io, session) : 2;
}
