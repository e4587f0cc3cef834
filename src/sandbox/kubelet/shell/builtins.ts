import {runProgram} from './run-program.ts';
import type {ShellSession} from './session.ts';
import type {ShellIo} from './shell-io.ts';
import {ExitShell, LeaveLoop, ReturnFromFunction, type ShellState} from './shell-state.ts';

type Builtin = (args: readonly string[], state: ShellState, io: ShellIo, session: ShellSession) => number | Promise<number>;

/** What concerns the shell's own course. Other builtins are the library's. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  exit: ([, code], state) => {
    throw new ExitShell(code === undefined ? state.lastExit : Number(code) & 255);
  },
  return: ([, code], state) => {
    throw new ReturnFromFunction(code === undefined ? state.lastExit : Number(code) & 255);
  },
  break: ([, levels]) => {
    throw new LeaveLoop('break', Number(levels ?? 1));
  },
  continue: ([, levels]) => {
    throw new LeaveLoop('continue', Number(levels ?? 1));
  },
  eval: (args, state, io, session) => session.run(session.engine.parse(args.slice(1).join(' ')).statements, state, io, session),
  '.': sourceFile,
  source: sourceFile,
  exec: async (args, state, io, session) => {
    if (args.length === 1) return 0;
    throw new ExitShell(await runProgram(args.slice(1), {}, state, io, session));
  },
  shift: ([, count], state) => {
    state.args = [state.args[0] ?? state.name, ...state.args.slice(1 + Number(count ?? 1))];
    return 0;
  },
  set: (args, state) => setOptions(args.slice(1), state),
  trap: (args, state, _io, session) => setTrap(args.slice(1), state, session),
  wait: (args, state, io, session) => waitForJobs(args.slice(1).map(Number), state, io, session),
  jobs: (_args, _state, io, session) => {
    for (const [pid, job] of session.jobs)
      if (job.running) io.stdout(Buffer.from(`[${pid}]+  Running                 ${job.args.join(' ')}\n`));
    return 0;
  },
  umask: () => 0,
  ulimit: () => 0,
};

async function sourceFile(args: readonly string[], state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const [, name = ''] = args;
  const path = name.startsWith('/') ? name : `${state.cwd}/${name}`;
  if (!session.host.files.exists(path)) {
    io.stderr(Buffer.from(`${state.name}: .: can't open '${name}': No such file or directory\n`));
    return 2;
  }
  return session.run(session.engine.parse(session.host.files.readText(path)).statements, state, io, session);
}

function setOptions(args: readonly string[], state: ShellState): number {
  for (const [index, arg] of args.entries()) {
    if (arg === '--' || !/^[-+]/.test(arg)) {
      state.args = [state.args[0] ?? state.name, ...args.slice(arg === '--' ? index + 1 : index)];
      return 0;
    }
    const letters = arg === '-o' || arg === '+o' ? (args[index + 1] === 'errexit' ? 'e' : '') : arg.slice(1);
    if (letters.includes('e')) state.exitsOnError = arg.startsWith('-');
    if (arg === '-o' || arg === '+o') return 0;
  }
  return 0;
}

function setTrap(args: readonly string[], state: ShellState, session: ShellSession): number {
  const [action = '', ...signals] = args;
  for (const signal of signals) {
    const name = signal.replace(/^SIG/, '').replace(/^15$/, 'TERM').replace(/^2$/, 'INT').replace(/^1$/, 'HUP').replace(/^0$/, 'EXIT');
    if (action === '-') state.traps.delete(name);
    else state.traps.set(name, action);
    if (name === 'TERM' || name === 'INT' || name === 'HUP') session.context.onSignal(`SIG${name}`, () => takeSignal(name, session));
  }
  return 0;
}

/** A trapped signal ends a wait; a foreground command is let finish first, as in every shell. */
function takeSignal(name: string, session: ShellSession): void {
  session.pendingSignals.push(name);
  session.wake();
}

async function waitForJobs(pids: readonly number[], state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  const jobs = [...session.jobs.values()].filter(({pid}) => pids.length === 0 || pids.includes(pid));
  const exits = Promise.all(jobs.map((job) => job.exited)).then((codes) => (pids.length === 0 ? 0 : (codes.at(-1) ?? 127)));
  const woken = session.nextSignal().then(() => null);
  const exit = await Promise.race([exits, woken]);
  for (const job of jobs) if (!job.running) session.jobs.delete(job.pid);
  if (exit !== null) return exit;
  for (let name = session.pendingSignals.shift(); name; name = session.pendingSignals.shift()) {
    await runTrap(state.traps.get(name) ?? '', state, io, session);
  }
  return 143;
}

/** Runs what a trap says. */
export async function runTrap(source: string, state: ShellState, io: ShellIo, session: ShellSession): Promise<void> {
  if (source !== '') await session.run(session.engine.parse(source).statements, state, io, session);
}
