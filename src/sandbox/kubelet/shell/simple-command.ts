import type {SimpleCommandNode} from 'just-bash';
import {BUILTINS} from './builtins.ts';
import {readsInput} from './library-command.ts';
import {openRedirections, type RedirectionNode} from './redirections.ts';
import {runProgram} from './run-program.ts';
import type {ShellSession} from './session.ts';
import {ShellInput, type ShellIo} from './shell-io.ts';
import {ReturnFromFunction, type ShellState} from './shell-state.ts';
import {sourceOf} from './source.ts';

/** Commands of the library that change the shell itself. */
const STATEFUL = new Set([
  'cd',
  'declare',
  'export',
  'getopts',
  'let',
  'local',
  'popd',
  'pushd',
  'readonly',
  'typeset',
  'unset',
  'read',
  '[',
  'test',
  'printf',
]);

/** One command with its words: a function, a builtin, a program as a process of its own, or the library's. */
export async function runSimpleCommand(node: SimpleCommandNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const own = withSpecialParameters(node, state, session);
  if (!own.name) return assign(own, state, io, session);
  const [name = ''] = await session.expand([own.name], state);
  const base = name.slice(name.lastIndexOf('/') + 1);
  const isOwn = state.functions.has(name) || Object.hasOwn(BUILTINS, name);
  if (!isOwn && !isProgram(name, base, session)) return libraryCommand(own, base, state, io, session);
  const opened = await openRedirections(own.redirections as readonly RedirectionNode[], state, io, session);
  if (opened.failure !== null) {
    io.stderr(Buffer.from(`${state.name}: ${opened.failure}\n`));
    return 1;
  }
  const args = await session.expand([own.name, ...own.args], state);
  if (state.functions.has(name)) return callFunction(name, args, state, opened.io, session);
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin) return builtin(args, state, opened.io, session);
  return runProgram(args, await assignments(own, state, session), state, opened.io, session);
}

function isProgram(name: string, base: string, session: ShellSession): boolean {
  return session.programs.has(base) || (name.includes('/') && session.host.files.exists(name) && !name.startsWith('/bin/'));
}

async function callFunction(name: string, args: readonly string[], state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const {statements} = session.engine.parse(state.functions.get(name) ?? '');
  const definition = statements[0]?.pipelines[0]?.commands[0];
  if (definition?.type !== 'FunctionDef') return 0;
  const outer = state.args;
  state.args = [outer[0] ?? state.name, ...args.slice(1)];
  try {
    const pipeline = {type: 'Pipeline' as const, commands: [definition.body], negated: false};
    return await session.run([{type: 'Statement', pipelines: [pipeline], operators: [], background: false}], state, io, session);
  } catch (error) {
    if (error instanceof ReturnFromFunction) return error.exitCode;
    throw error;
  } finally {
    state.args = outer;
  }
}

/** `A=1` alone sets the shell's own variable. */
async function assign(node: SimpleCommandNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  return session.leaf(sourceOf(node, session.engine), state, io, false, true);
}

/** `A=1 command`: for that command alone. */
async function assignments(node: SimpleCommandNode, state: ShellState, session: ShellSession): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const {name, value} of node.assignments) result[name] = value ? ((await session.expand([value], state)).join(' ') ?? '') : '';
  return result;
}

async function libraryCommand(
  node: SimpleCommandNode,
  base: string,
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
): Promise<number> {
  const redirectsInput = node.redirections.some(({operator}) => operator.startsWith('<'));
  if (base === 'read' && !redirectsInput) return readLine(node, state, io, session);
  const reads = !redirectsInput && readsInput(base) && (node.args.length === 0 || base !== 'cat');
  const exit = await session.leaf(sourceOf(node, session.engine), state, io, reads, STATEFUL.has(base));
  if (base === 'export' || base === 'declare' || base === 'typeset') await markExported(node, base, state, session);
  return exit;
}

/** `read` takes one line and leaves the rest. */
async function readLine(node: SimpleCommandNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const line = await io.stdin.readLine();
  const single: ShellIo = {...io, stdin: ShellInput.of(line ?? new Uint8Array())};
  return session.leaf(sourceOf(node, session.engine), state, single, true, true);
}

async function markExported(node: SimpleCommandNode, command: string, state: ShellState, session: ShellSession): Promise<void> {
  const args = await session.expand(node.args, state);
  if (command !== 'export' && !args.some((arg) => /^-\w*x/.test(arg))) return;
  for (const arg of args) {
    const name = arg.split('=')[0] ?? '';
    const value = state.local.get(name);
    if (value === undefined) continue;
    state.local.delete(name);
    state.exported.set(name, value);
  }
}

/** `$?`, `$!`, `$$` and `$0` belong to this shell, not to the library's run of one command. */
function withSpecialParameters(node: SimpleCommandNode, state: ShellState, session: ShellSession): SimpleCommandNode {
  const values: Readonly<Record<string, string>> = {
    '?': String(state.lastExit),
    '!': state.lastJob === null ? '' : String(state.lastJob),
    $: String(session.context.pid),
    '0': state.args[0] ?? state.name,
  };
  return replaceParameters(node, values) as SimpleCommandNode;
}

function replaceParameters(node: unknown, values: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(node)) return node.map((each) => replaceParameters(each, values));
  if (typeof node !== 'object' || node === null) return node;
  const {type, parameter, operation} = node as {type?: unknown; parameter?: unknown; operation?: unknown};
  if (type === 'CommandSubstitution') return node; // another shell, where `$?` changes as it goes
  if (type === 'ParameterExpansion' && typeof parameter === 'string' && operation === null && Object.hasOwn(values, parameter)) {
    return {type: 'Literal', value: values[parameter]};
  }
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, replaceParameters(value, values)]));
}
