import type {Program} from '../../../model/index.ts';
import type {Image} from '../../image.ts';

/** Why a command cannot be started, in the words of the OCI runtime. */
export class StartError extends Error {
  /** 127 where the executable is missing, 126 where it cannot be run. */
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.name = 'StartError';
    this.exitCode = exitCode;
  }
}

/** Everything that can be executed in a container, by name. */
export interface Programs {
  readonly image: Image;
  /** The shell, its commands and the network tools: in every image that has a shell. */
  readonly common: (name: string) => Program | null;
}

const PROGRAM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * The program for a command: by base name, where a path names a usual folder or a file that the image says it has;
 * else a script of the container with `#!`, else an error.
 */
export function findProgram(command: string, programs: Programs, isFile: (path: string) => boolean): Program {
  if (command === '') throw new StartError('exec: "": executable file not found in $PATH', 127);
  const base = command.slice(command.lastIndexOf('/') + 1);
  if (isFile(command) && command.includes('/')) return fromFile(command, base, programs);
  const program = lookUp(base, programs);
  if (program && (!command.includes('/') || PROGRAM_FOLDERS.includes(command.slice(0, command.lastIndexOf('/'))))) return program;
  if (program && Object.hasOwn(programs.image.programs, base)) return program;
  throw notFound(command);
}

function lookUp(base: string, programs: Programs): Program | null {
  if (Object.hasOwn(programs.image.programs, base)) return programs.image.programs[base] ?? null;
  return programs.image.hasShell ? programs.common(base) : null;
}

/** A file of that path: one of the image's executables, or a script for the shell. */
function fromFile(command: string, base: string, programs: Programs): Program {
  const known = lookUp(base, programs);
  if (known) return known;
  const shell = programs.image.hasShell ? programs.common('sh') : null;
  if (!shell) throw notFound(command);
  return (context) => shell({...context, args: ['sh', command, ...context.args.slice(1)]});
}

function notFound(command: string): StartError {
  const text = command.includes('/') ? `stat ${command}: no such file or directory` : 'executable file not found in $PATH';
  return new StartError(`exec: "${command}": ${text}`, 127);
}
