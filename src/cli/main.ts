import {type Config, flush, Help} from '@oclif/core';
import {KiadaError} from '../errors.ts';
import {nearest} from '../flows/nearest.ts';
import {loadConfig} from './load-config.ts';
import {reportError} from './report-error.ts';

/** Runs one command line and leaves its exit code in `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on('error', ignoreClosedPipe);
  try {
    await dispatch(await loadConfig(), argv);
  } catch (error) {
    reportError(error, argv);
  }
  await flush(10_000).catch(() => {}); // a reader that went away has nothing left to wait for
}

/** `kiada … | head` closes our output early: that ends the command quietly, as it ends kubectl. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
}

async function dispatch(config: Config, argv: readonly string[]): Promise<void> {
  const {words, wantsHelp} = helpAsked(argv);
  const found = findCommand(config, wantsHelp ? words : argv);
  if (wantsHelp || words.length === 0) {
    await showHelp(config, words, found?.id);
    return;
  }
  if (found === null) {
    if (isTopic(config, words)) {
      await showHelp(config, words, undefined);
      process.exitCode = 2;
      return;
    }
    throw unknownCommand(config, words);
  }
  await config.runCommand(found.id, found.rest as string[]);
}

/** `kiada help svc list`, `kiada svc list --help` and `-h`; behind `--` these are words like any other. */
function helpAsked(argv: readonly string[]): {words: readonly string[]; wantsHelp: boolean} {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  const asked = options[0] === 'help' ? options.slice(1) : options;
  const words = asked.filter((word) => word !== '--help' && word !== '-h');
  return words.length === options.length ? {words: argv, wantsHelp: false} : {words, wantsHelp: true};
}

/** The longest run of leading words that names a command. */
function findCommand(config: Config, argv: readonly string[]): {id: string; rest: readonly string[]} | null {
  for (let length = Math.min(3, argv.length); length > 0; length--) {
    const id = argv.slice(0, length).join(':');
    if (config.findCommand(id)) return {id: config.findCommand(id)?.id ?? id, rest: argv.slice(length)};
  }
  return null;
}

function isTopic(config: Config, words: readonly string[]): boolean {
  const topic = words[0] ?? '';
  return words.length === 1 && config.commandIDs.some((id) => id.startsWith(`${topic}:`));
}

async function showHelp(config: Config, words: readonly string[], id: string | undefined): Promise<void> {
  const help = new Help(config, {hideAliasesFromRoot: true});
  if (id !== undefined) return help.showHelp([id]);
  if (words.length === 0) return help.showHelp([]);
  if (isTopic(config, words)) return help.showHelp([words[0] as string]);
  throw unknownCommand(config, words);
}

function unknownCommand(config: Config, words: readonly string[]): KiadaError {
  const first = words[0] ?? '';
  if (first.startsWith('-')) {
    const hint = 'Write the command first, then its flags, such as: kiada svc list -n kiada';
    return new KiadaError('USAGE', `the flag ${first} stands before the command`, {hint});
  }
  const firstFlag = words.findIndex((word) => word.startsWith('-'));
  const asked = words.slice(0, firstFlag < 0 ? 2 : Math.min(2, firstFlag));
  const names = config.commandIDs.filter((id) => !id.startsWith('__')).map((id) => id.replaceAll(':', ' '));
  const topics = names.flatMap((name) => (name.includes(' ') ? `${name.split(' ')[0]} --help` : []));
  const near = nearest(asked.join(' '), names) ?? nearest(asked[0] ?? '', names) ?? nearest(`${asked[0]} --help`, topics);
  return new KiadaError('USAGE', `there is no command "${asked.join(' ')}"`, {
    hint: near ? `Did you mean: kiada ${near}` : 'List them with: kiada --help',
  });
}
