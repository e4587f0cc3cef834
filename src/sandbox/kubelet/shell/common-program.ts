import type {Program} from '../../../model/index.ts';
import type {ProcessContext} from '../process/process.ts';
import {toolNames, toolProgram} from '../tools/index.ts';
import {libraryCommand} from './library-command.ts';
import {BASH_COMMANDS, type ShellHost, shellHost} from './shell-host.ts';
import {shellProgram} from './shell-program.ts';

const SHELLS = ['sh', 'bash', 'ash', 'dash'];

/** Programs of every image that here the shell alone knows; probes call them without one. */
const SHELL_ONLY = ['test', '['];

/** The commands of an image that has a shell, by name; null for others. */
export function commonProgram(name: string, container: Pick<ShellHost, 'files' | 'processes' | 'image'>): Program | null {
  if (!commandNames().includes(name)) return null;
  const host = shellHost(container, (other) => commonProgram(other, container));
  const programs = programsFor(host);
  if (SHELLS.includes(name)) return (context) => shellProgram(host, context as ProcessContext, programs);
  if (SHELL_ONLY.includes(name)) {
    return (context) => {
      const args = ['sh', '-c', `${name} "$@"`, name, ...context.args.slice(1)];
      return shellProgram(host, {...(context as ProcessContext), args}, programs);
    };
  }
  return programs.get(name) ?? ((context) => libraryCommand(host, context as ProcessContext, programs));
}

let names: readonly string[] | null = null;

/** Names of all commands, shells among them, sorted. */
export function commandNames(): readonly string[] {
  names ??= [...new Set([...SHELLS, ...SHELL_ONLY, ...BASH_COMMANDS, ...toolNames()])].toSorted();
  return names;
}

/** What runs as a process of its own: the tools, and the image's executables, which come first. */
function programsFor(host: ShellHost): ReadonlyMap<string, Program> {
  const tools = toolNames().map((name) => [name, toolProgram(name, host)] as const);
  return new Map([...tools, ...Object.entries(host.image.programs)]);
}
