import type {ShellSession} from './session.ts';
import type {ShellIo} from './shell-io.ts';
import type {ShellState} from './shell-state.ts';

/** The script's tree; null, and a message, for what is no script. */
export function parseOrComplain(source: string, state: ShellState, io: ShellIo, session: ShellSession) {
  try {
    return session.engine.parse(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Parse error at (\d+):\d+: /, 'line $1: ') : String(error);
    io.stderr(Buffer.from(`${state.name}: ${reason}\n`));
    return null;
  }
}
