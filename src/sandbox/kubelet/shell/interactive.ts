import {runStatements} from './interpreter.ts';
import type {ShellSession} from './session.ts';
import type {ShellIo} from './shell-io.ts';
import {parseOrComplain} from './shell-program.ts';
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

function isUnfinished(source: string, session: ShellSession): boolean {
  if (/\\\n$/.test(source)) return true;
  try {
    session.engine.parse(source);
    return false;
  } catch (error) {
    return (
      error instanceof Error &&
      /unexpected EOF|unexpected end|expected|newline' $|near unexpected token `(?:fi|done|esac|\})'$/i.test(error.message) &&
      !/\S\n\n$/.test(source)
    );
  }
}

function isInterrupt(error: unknown, session: ShellSession): boolean {
  return session.foreground?.signal.aborted === true && error instanceof Error;
}
