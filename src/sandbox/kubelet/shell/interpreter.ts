import type {CommandNode, PipelineNode, StatementNode} from 'just-bash';
import {ByteQueue} from '../process/byte-queue.ts';
import type {ProcessContext} from '../process/process.ts';
import {runTrap} from './builtins.ts';
import {openRedirections, type RedirectionNode} from './redirections.ts';
import type {ShellSession} from './session.ts';
import {ShellInput, type ShellIo} from './shell-io.ts';
import {ExitShell, forkState, LeaveLoop, ReturnFromFunction, type ShellState} from './shell-state.ts';
import {runSimpleCommand} from './simple-command.ts';
import {sourceOf} from './source.ts';

/** A loop that never waits gives way to the rest of the sandbox after so long. */
const BUSY_MS = 8;
const YIELD_MS = 4;

/**
 * Walks a script's structure: lists, loops, conditions, functions, pipelines, background jobs. The words and commands in it are the
 * library's, which runs a command to its end before it gives its output: walking here is what lets output flow as it comes,
 * loops run for days, and signals arrive between commands.
 */
export async function runStatements(
  statements: readonly StatementNode[],
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
): Promise<number> {
  for (const statement of statements) {
    await breathe(session);
    if (statement.deferredError) {
      io.stderr(Buffer.from(`${state.name}: ${statement.deferredError.message}\n`));
      throw new ExitShell(2);
    }
    if (statement.background) startJob(statement, state, io, session);
    else state.lastExit = await runStatement(statement, state, io, session);
    await runPendingTraps(state, io, session);
  }
  return state.lastExit;
}

/** Runs to the shell's own end: `exit` included. */
export async function runToEnd(
  statements: readonly StatementNode[],
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
): Promise<number> {
  try {
    return await runStatements(statements, state, io, session);
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFromFunction) return error.exitCode;
    if (error instanceof LeaveLoop) return 0;
    throw error;
  }
}

async function runPendingTraps(state: ShellState, io: ShellIo, session: ShellSession): Promise<void> {
  for (let name = session.pendingSignals.shift(); name; name = session.pendingSignals.shift()) {
    const source = state.traps.get(name);
    if (source !== undefined) await runTrap(source, state, io, session);
  }
}

async function breathe(session: ShellSession): Promise<void> {
  session.context.signal.throwIfAborted();
  if (performance.now() - session.awakeSince < BUSY_MS) return;
  const {promise, resolve} = Promise.withResolvers<void>();
  setTimeout(resolve, YIELD_MS);
  await promise;
  session.awakeSince = performance.now();
}

function startJob(statement: StatementNode, state: ShellState, io: ShellIo, session: ShellSession): void {
  const child = forkState(state);
  const job = session.host.start(
    session.context,
    (context) => {
      const inner: ShellSession = {...session, context: context as ProcessContext, pendingSignals: [], awakeSince: 0};
      return runToEnd([{...statement, background: false}], child, {...io, stdin: new ShellInput()}, inner);
    },
    {
      args: [statement.sourceText?.replace(/\s*&\s*$/, '') ?? 'job'],
      env: Object.fromEntries(state.exported),
      workingDir: state.cwd,
      stdin: new ByteQueue(),
      stdout: io.stdout,
      stderr: io.stderr,
    },
  );
  session.jobs.set(job.pid, job);
  state.lastJob = job.pid;
  state.lastExit = 0;
}

async function runStatement(statement: StatementNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  let exit = 0;
  for (const [index, pipeline] of statement.pipelines.entries()) {
    const operator = index === 0 ? ';' : statement.operators[index - 1];
    if ((operator === '&&' && exit !== 0) || (operator === '||' && exit === 0)) continue;
    exit = await runPipeline(pipeline, state, io, session);
    state.lastExit = exit;
    const isLast = index === statement.pipelines.length - 1;
    if (exit !== 0 && isLast && state.exitsOnError && !pipeline.negated && session.conditions === 0) throw new ExitShell(exit);
  }
  return exit;
}

async function runPipeline(pipeline: PipelineNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const {commands} = pipeline;
  const [only] = commands;
  const exit =
    commands.length === 1 && only ? await runCommand(only, state, io, session) : await runPiped(commands, pipeline, state, io, session);
  return pipeline.negated ? Number(exit === 0) : exit;
}

/** All at once, each in a subshell, each one's output the next one's input. */
async function runPiped(commands: readonly CommandNode[], pipeline: PipelineNode, state: ShellState, io: ShellIo, session: ShellSession) {
  let {stdin} = io;
  const exits = commands.map((command, index) => {
    const isLast = index === commands.length - 1;
    const pipe = isLast ? null : new ByteQueue();
    const stdout = pipe ? (bytes: Uint8Array) => pipe.push(bytes) : io.stdout;
    const stderr = pipe && pipeline.pipeStderr?.[index] ? stdout : io.stderr;
    const own = {stdin, stdout, stderr};
    stdin = new ShellInput(pipe ?? undefined);
    return runToEndOfCommand(command, forkState(state), own, session).finally(() => pipe?.end());
  });
  return (await Promise.all(exits)).at(-1) ?? 0;
}

async function runToEndOfCommand(command: CommandNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  try {
    return await runCommand(command, state, io, session);
  } catch (error) {
    if (error instanceof ExitShell || error instanceof ReturnFromFunction) return error.exitCode;
    throw error;
  }
}

async function runCommand(node: CommandNode, state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  if (node.type === 'SimpleCommand') return runSimpleCommand(node, state, io, session);
  if (node.type === 'FunctionDef') {
    state.functions.set(node.name, sourceOf(node, session.engine));
    return 0;
  }
  const redirections = (node.redirections ?? []) as readonly RedirectionNode[];
  const opened = redirections.length > 0 ? await openRedirections(redirections, state, io, session) : {io, failure: null};
  if (opened.failure !== null) {
    io.stderr(Buffer.from(`${state.name}: ${opened.failure}\n`));
    return 1;
  }
  return runCompound({...node, redirections: []}, state, opened.io, session);
}

async function runCompound(
  node: Exclude<CommandNode, {type: 'SimpleCommand' | 'FunctionDef'}>,
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
) {
  switch (node.type) {
    case 'If':
      for (const {condition, body} of node.clauses) {
        if ((await test(condition, state, io, session)) === 0) return runStatements(body, state, io, session);
      }
      return node.elseBody ? runStatements(node.elseBody, state, io, session) : 0;
    case 'While':
    case 'Until':
      return loop(
        async () => ((await test(node.condition, state, io, session)) === 0) === (node.type === 'While'),
        () => runStatements(node.body, state, io, session),
        session,
      );
    case 'For': {
      const values = (node.words ? await session.expand(node.words, state) : state.args.slice(1)).values();
      const next = async () => {
        const {value, done} = values.next();
        if (!done) state.exported.has(node.variable) ? state.exported.set(node.variable, value) : state.local.set(node.variable, value);
        return !done;
      };
      return loop(next, () => runStatements(node.body, state, io, session), session);
    }
    case 'Group':
      return runStatements(node.body, state, io, session);
    case 'Subshell':
      return runToEnd(node.body, forkState(state), io, session);
    case 'Case':
      for (const item of node.items) {
        if (await session.matches(node.word, item.patterns, state)) return runStatements(item.body, state, io, session);
      }
      return 0;
    default:
      return session.leaf(sourceOf(node, session.engine), state, io, true);
  }
}

/** A failing condition is an answer, not an error: `set -e` does not apply to it. */
async function test(condition: readonly StatementNode[], state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  session.conditions += 1;
  try {
    return await runStatements(condition, state, io, session);
  } finally {
    session.conditions -= 1;
  }
}

async function loop(goOn: () => Promise<boolean>, body: () => Promise<number>, session: ShellSession): Promise<number> {
  let exit = 0;
  while (await goOn()) {
    try {
      exit = await body();
    } catch (error) {
      if (!(error instanceof LeaveLoop)) throw error;
      if (error.levels > 1) throw new LeaveLoop(error.kind, error.levels - 1);
      if (error.kind === 'break') return 0;
    }
    await breathe(session);
  }
  return exit;
}
