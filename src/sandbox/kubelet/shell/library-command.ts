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
  const [command = '', ...given] = context.args;
  const name = command.slice(command.lastIndexOf('/') + 1);
  const args = name === 'tar' ? relativeMembers(given, context) : given;
  const engine = await openBashEngine(host, context, programs);
  const stdin = readsInput(name) ? await new ShellInput(context.stdin).readAll() : new Uint8Array();
  const result = await engine.run(name, {env: context.env, cwd: context.workingDir, stdin, args, signal: context.signal});
  context.stdout(result.stdout);
  context.stderr(result.stderr);
  return result.exitCode;
}

/** tar stores no leading slash, so that an archive unpacks where its reader wants it; `kubectl cp` relies on it. */
function relativeMembers(args: readonly string[], context: ProcessContext): readonly string[] {
  const creates = /^-{0,1}[a-zA-Z]*c/.test(args[0] ?? '') || args.includes('--create');
  const first = args.findIndex((arg, index) => index > 0 && arg.startsWith('/') && !/^-{0,2}[a-zA-Z]*[fC]$/.test(args[index - 1] ?? ''));
  if (!creates || first < 0) return args;
  context.stderr("tar: removing leading '/' from member names\n");
  return [
    ...args.slice(0, first),
    '-C',
    '/',
    ...args.slice(first).map((arg) => (arg.startsWith('/') ? arg.replace(/^\/+(?=.)/, '') : arg)),
  ];
}
