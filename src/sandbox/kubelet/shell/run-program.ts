import {findProgram, StartError} from '../process/find-program.ts';
import type {ShellSession} from './session.ts';
import type {ShellIo} from './shell-io.ts';
import type {ShellState} from './shell-state.ts';

/** Starts a program and waits for it; Ctrl-C reaches it. */
export async function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  state: ShellState,
  io: ShellIo,
  session: ShellSession,
): Promise<number> {
  const {host} = session;
  const isFile = (path: string) => host.files.exists(path) && host.files.stat(path).type === 'file';
  try {
    const command = args[0] ?? '';
    const path = command.includes('/') && !command.startsWith('/') ? `${state.cwd}/${command}` : command;
    const program = findProgram(path, {image: host.image, common: host.common}, isFile);
    const child = host.start(session.context, program, {
      args,
      env: {...Object.fromEntries(state.exported), PWD: state.cwd, ...env},
      workingDir: state.cwd,
      stdin: io.stdin.stream(),
      stdout: io.stdout,
      stderr: io.stderr,
    });
    session.foreground = new AbortController();
    session.foreground.signal.addEventListener('abort', () => child.signal('SIGINT'), {once: true});
    const exit = await child.exited;
    session.awakeSince = performance.now();
    return exit;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    io.stderr(Buffer.from(`${state.name}: ${args[0]}: not found\n`));
    return error.exitCode;
  }
}
