interface FlagFacts {
  readonly type: 'boolean' | 'option';
  readonly char?: string;
  readonly allowNo?: boolean;
  readonly options?: readonly string[];
}

interface CommandFacts {
  readonly strict?: boolean;
  readonly examples?: readonly string[];
  readonly flags: Readonly<Record<string, FlagFacts>>;
  readonly args: Readonly<Record<string, {readonly required?: boolean; readonly options?: readonly string[]}>>;
}

/** What oclif writes down of the commands when they are built. */
export interface CliManifest {
  readonly commands: Readonly<Record<string, CommandFacts>>;
}

/** The front answers these before any command is looked for. */
const WITHOUT_COMMAND = new Set(['--help', '-h', '--version', '-v', '__complete', 'help']);

/** What is wrong with a command line, given as its words without `kiada`; empty where it would be taken. */
export function problemsOf(manifest: CliManifest, words: readonly string[]): readonly string[] {
  if (WITHOUT_COMMAND.has(words[0] ?? '') || words.length === 0) return [];
  const line = `kiada ${words.join(' ')}`;
  const length = [3, 2, 1].find((count) => manifest.commands[words.slice(0, count).join(':')] !== undefined);
  const command = length === undefined ? undefined : manifest.commands[words.slice(0, length).join(':')];
  if (length === undefined || command === undefined) return isTopic(manifest, words) ? [] : [`there is no command: ${line}`];
  const {positional, problems} = readWords(command, words.slice(length));
  return [...problems, ...argumentProblems(command, positional)].map((problem) => `${problem}: ${line}`);
}

/** `kiada sandbox` in running text names the topic. */
function isTopic(manifest: CliManifest, words: readonly string[]): boolean {
  return words.length === 1 && Object.keys(manifest.commands).some((id) => id.startsWith(`${words[0]}:`));
}

function readWords(command: CommandFacts, words: readonly string[]): {positional: readonly string[]; problems: readonly string[]} {
  const positional: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (!/^-./.test(word)) {
      positional.push(word);
      continue;
    }
    if (word === '--help' || word === '-h') continue;
    const [name, joined] = split(word);
    const flag = findFlag(command, name);
    if (flag === undefined) problems.push(`there is no flag ${name}`);
    else if (flag.type === 'option') {
      const value = joined ?? words[++index];
      if (value === undefined) problems.push(`${name} has no value`);
      else if (flag.options !== undefined && !isVariable(value) && !flag.options.includes(value))
        problems.push(`${name} does not take ${value}`);
    }
  }
  return {positional, problems};
}

/** `--output=json`, `-ojson`. */
function split(word: string): readonly [string, string | undefined] {
  if (word.startsWith('--')) {
    const [name = '', ...rest] = word.split('=');
    return [name, rest.length > 0 ? rest.join('=') : undefined];
  }
  return [word.slice(0, 2), word.length > 2 ? word.slice(2).replace(/^=/, '') : undefined];
}

function findFlag(command: CommandFacts, name: string): FlagFacts | undefined {
  if (!name.startsWith('--')) return Object.values(command.flags).find((flag) => `-${flag.char}` === name);
  const positive = command.flags[name.slice(2)];
  if (positive !== undefined) return positive;
  const negated = name.startsWith('--no-') ? command.flags[name.slice(5)] : undefined;
  return negated?.allowNo ? negated : undefined;
}

function argumentProblems(command: CommandFacts, positional: readonly string[]): readonly string[] {
  const args = Object.values(command.args);
  const problems: string[] = [];
  if (positional.length < args.filter((arg) => arg.required).length) problems.push('an argument is missing');
  if (command.strict !== false && positional.length > args.length) problems.push('an argument too many');
  for (const [index, arg] of args.entries()) {
    const value = positional[index];
    if (value !== undefined && arg.options !== undefined && !arg.options.includes(value))
      problems.push(`${value} is none of ${arg.options.join(', ')}`);
  }
  return problems;
}

function isVariable(word: string): boolean {
  return word.startsWith('$');
}
