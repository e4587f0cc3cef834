import type {Program} from '../../../model/index.ts';
import type {ProcessContext} from '../process/process.ts';
import {openBashEngine} from './bash-engine.ts';
import type {ShellHost} from './shell-host.ts';
import {ShellInput} from './shell-io.ts';

/** Commands that read their input to its end where no file is named. */
const READERS = new Set([
  'awk',
  'base64',
  'cat',
  'cut',
  'egrep',
  'fgrep',
  'grep',
  'gunzip',
  'gzip',
  'head',
  'jq',
  'md5sum',
  'nl',
  'od',
  'paste',
  'rev',
  'sed',
  'sha1sum',
  'sha256sum',
  'sort',
  'strings',
  'tac',
  'tail',
  'tar',
  'tee',
  'tr',
  'uniq',
  'wc',
  'xargs',
  'zcat',
  'comm',
  'join',
  'column',
  'expand',
  'fold',
  'unexpand',
  'split',
]);

export function readsInput(command: string): boolean {
  return READERS.has(command);
}

/** One command of the shell library as a process, its arguments taken literally. */
export async function libraryCommand(host: ShellHost, context: ProcessContext, programs: ReadonlyMap<string, Program>): Promise<number> {
  const [command = '', ...args] = context.args;
  const name = command.slice(command.lastIndexOf('/') + 1);
  const engine = await openBashEngine(host, context, programs);
  const stdin = readsInput(name) ? await new ShellInput(context.stdin).readAll() : new Uint8Array();
  const result = await engine.run(name, {env: context.env, cwd: context.workingDir, stdin, args, signal: context.signal});
  context.stdout(result.stdout);
  context.stderr(result.stderr);
  return result.exitCode;
}
