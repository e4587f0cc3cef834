import {readFileSync} from 'node:fs';
import path from 'node:path';
import {packageRoot, runsFromSources} from '../flows/package-root.ts';
import {type CommandFacts, candidatesFor} from './completion-candidates.ts';

/** How long after the start of the process names may still come; later they are left out: a prompt must not wait. */
const DEADLINE_MS = Number(process.env['KIADA_COMPLETION_MS']) || (runsFromSources() ? 10_000 : 180);

/**
 * Prints the candidates for the last of the words that are typed so far, one a line, with a tab and a description where there is one.
 * Never fails and never writes to stderr: whatever goes wrong gives fewer candidates.
 */
export async function complete(words: readonly string[]): Promise<void> {
  // not `performance`, whose first use loads a module of 2 ms
  const timer = setTimeout(() => process.exit(0), Math.max(0, DEADLINE_MS - process.uptime() * 1_000));
  try {
    const commands = await commandFacts();
    const typed = words.at(-1) ?? '';
    for await (const candidate of candidatesFor(commands, words, liveNames)) {
      if (candidate.value.startsWith(typed))
        process.stdout.write(`${oneLine(candidate.value)}${candidate.description ? `\t${oneLine(candidate.description)}` : ''}\n`);
    }
  } catch {
    // a prompt is no place for an error
  }
  clearTimeout(timer);
}

/** What oclif wrote down of the commands when they were built; sources are asked themselves. */
async function commandFacts(): Promise<Readonly<Record<string, CommandFacts>>> {
  if (runsFromSources()) {
    const {loadConfig} = await import('./load-config.ts');
    return Object.fromEntries((await loadConfig()).commands.map((command) => [command.id, command as CommandFacts]));
  }
  return JSON.parse(readFileSync(path.join(packageRoot(), 'dist', 'cli', 'completion.json'), 'utf8')) as Record<string, CommandFacts>;
}

/** Names come from a cluster: a control character in a prompt would be a command of its own. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach the shell
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '');
}

async function liveNames(what: string, flags: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const {namesOf} = await import('./completion-names.ts');
  return namesOf(what, flags);
}
