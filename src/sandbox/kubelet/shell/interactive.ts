import {runStatements} from './interpreter.ts';
import {parseOrComplain} from './parse-script.ts';
import type {ShellSession} from './session.ts';
import type {ShellIo} from './shell-io.ts';
import {ExitShell, LeaveLoop, ReturnFromFunction, type ShellState} from './shell-state.ts';

/** Reads commands at a terminal until `exit` or the end of input. Ctrl-C ends the command, not the shell. */
export async function runInteractively(state: ShellState, io: ShellIo, session: ShellSession): Promise<number> {
  session.context.onSignal('SIGINT', () => {
    if (session.foreground) session.foreground.abort();
    else io.stdout(Buffer.from(`\n${prompt(state, session)}`));
  });
  session.context.onSignal('SIGTERM', () => {}); // an interactive shell is not ended by SIGTERM
  for (;;) {
    io.stdout(Buffer.from(prompt(state, session)));
    const source = await readCommand(io, session);
    if (source === null) break;
    try {
      const script = parseOrComplain(source, state, io, session);
      if (script) await runStatements(script.statements, state, io, session);
      else state.lastExit = 2;
    } catch (error) {
      if (error instanceof ExitShell) return error.exitCode;
      if (!(error instanceof LeaveLoop || error instanceof ReturnFromFunction) && !isInterrupt(error, session)) throw error;
    }
    if (session.foreground?.signal.aborted) io.stdout(Buffer.from('\n'));
    session.foreground = null;
  }
  return state.lastExit;
}

function prompt(state: ShellState, session: ShellSession): string {
  const home = session.context.env['HOME'];
  const where = home && state.cwd === home ? '~' : state.cwd;
  return state.name === 'bash' ? `root@${session.context.hostname}:${where}# ` : `${where} # `;
}

/** One command, over several lines where the first ones are no whole command yet. */
async function readCommand(io: ShellIo, session: ShellSession): Promise<string | null> {
  let source = '';
  for (;;) {
    const line = await io.stdin.readLine();
    if (line === null) return source === '' ? null : source;
    source += line.toString('utf8');
    if (!isUnfinished(source, session)) return source;
    io.stdout(Buffer.from('> '));
  }
}

/** Whether a command wants more lines: it ends in an operator, in a here-document, or in the midst of what it began. */
function isUnfinished(source: string, session: ShellSession): boolean {
  if (/(?:\\|\||&&)\s*\n$/.test(source) || hasOpenHereDocument(source)) return true;
  try {
    session.engine.parse(source);
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const line = Number(/^Parse error at (\d+):/.exec(message)?.[1] ?? 0);
    return /unexpected EOF|got EOF/.test(message) || line > source.split('\n').length - 1;
  }
}

function hasOpenHereDocument(source: string): boolean {
  const delimiter = /<<-?\s*(['"]?)(\w+)\1/.exec(source)?.[2];
  return (
    delimiter !== undefined &&
    !source
      .split('\n')
      .slice(1)
      .some((line) => line.trim() === delimiter)
  );
}

function isInterrupt(error: unknown, session: ShellSession): boolean {
  return session.foreground?.signal.aborted === true && error instanceof Error;
}
