/** What oclif's manifest tells of a command, as far as completion needs it. */
export interface CommandFacts {
  readonly summary?: string;
  readonly hidden?: boolean;
  readonly flags?: Readonly<Record<string, FlagFacts>>;
  readonly args?: Readonly<Record<string, {readonly options?: readonly string[]; readonly description?: string}>>;
}

export interface FlagFacts {
  readonly name: string;
  readonly char?: string;
  readonly type: 'boolean' | 'option';
  readonly options?: readonly string[];
  readonly description?: string;
  readonly hidden?: boolean;
}

export interface Candidate {
  readonly value: string;
  readonly description?: string;
}

/** Gives the live names of a kind: `services`, `pods`, `nodes`, `namespaces`, `contexts`, `setups`, `codes`, `vantages`, `targets`, `components`. */
export type NameSource = (what: string, flags: ReadonlyMap<string, string>) => Promise<readonly string[]>;

/** What a flag's value names; flags that are not here take words of their own. */
const FLAG_NAMES: Readonly<Record<string, string>> = {
  namespace: 'namespaces',
  'agent-namespace': 'namespaces',
  context: 'contexts',
  from: 'vantages',
  entry: 'nodes',
  without: 'pods',
  ignore: 'codes',
};

/** What a command's arguments name, by command id. */
const ARGUMENT_NAMES: Readonly<Record<string, string>> = {
  apply: 'setups',
  delete: 'setups',
  'setup:show': 'setups',
  'svc:describe': 'services',
  'svc:route': 'services',
  'svc:check': 'services',
  'svc:env': 'pods',
  'endpoints:list': 'services',
  'endpoints:watch': 'services',
  'dns:records': 'services',
  'dns:resolve': 'services',
  'sandbox:logs': 'components',
  'sandbox:node:stop': 'nodes',
  'sandbox:node:start': 'nodes',
  explain: 'codes',
  probe: 'targets',
  load: 'targets',
  forward: 'services',
};

/** The candidates for the last word: commands, flags, values of flags, names. */
export async function* candidatesFor(
  commands: Readonly<Record<string, CommandFacts>>,
  words: readonly string[],
  names: NameSource,
): AsyncGenerator<Candidate> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? '';
  const {id, used} = findCommand(commands, before);
  const command = id === null ? undefined : commands[id];
  if (command === undefined) {
    yield* nextWords(commands, before);
    return;
  }
  const flags = Object.values(command.flags ?? {}).filter((flag) => !flag.hidden);
  const given = givenFlags(flags, before.slice(used));
  const open = openFlag(flags, before, typed);
  if (open !== null) {
    const prefix = typed.startsWith('--') ? typed.slice(0, typed.indexOf('=') + 1) : '';
    const value = typed.slice(prefix.length);
    for await (const candidate of valuesOf(open, value, given, names)) yield {...candidate, value: prefix + candidate.value};
    return;
  }
  if (typed.startsWith('-')) {
    for (const flag of flags) yield withDescription(`--${flag.name}`, flag.description);
    return;
  }
  const options = Object.values(command.args ?? {}).flatMap((argument) => argument.options ?? []);
  for (const option of options) yield {value: option};
  yield* nextWords(commands, before);
  const kind = ARGUMENT_NAMES[id ?? ''];
  if (kind !== undefined) for (const name of await names(kind, given)) yield {value: kindTyped(kind, typed) + name};
}

/** Where names of one kind are asked for, `svc/quo` names it with its kind: candidates begin with what is typed. */
function kindTyped(kind: string, typed: string): string {
  const prefix = /^(?:svc|service|services|po|pod|pods)\//.exec(typed)?.[0] ?? '';
  return kind === 'services' || kind === 'pods' ? prefix : '';
}

function withDescription(value: string, description: string | undefined): Candidate {
  return description === undefined ? {value} : {value, description};
}

/** The longest run of leading words that is a command. */
function findCommand(commands: Readonly<Record<string, CommandFacts>>, words: readonly string[]): {id: string | null; used: number} {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (Object.hasOwn(commands, id)) return {id, used: length};
  }
  return {id: null, used: 0};
}

/** Words that may follow: commands and topics below what is typed. */
function* nextWords(commands: Readonly<Record<string, CommandFacts>>, before: readonly string[]): Generator<Candidate> {
  const prefix = before.map((word) => `${word}:`).join('');
  const seen = new Set<string>();
  for (const [id, command] of Object.entries(commands)) {
    if (command.hidden || !id.startsWith(prefix)) continue;
    const [word = '', ...rest] = id.slice(prefix.length).split(':');
    if (word === '' || seen.has(word)) continue;
    seen.add(word);
    yield withDescription(word, rest.length === 0 ? command.summary : undefined);
  }
}

/** The flag whose value is being typed: `--type |`, `-n |`, `--type=|`. */
function openFlag(flags: readonly FlagFacts[], before: readonly string[], typed: string): FlagFacts | null {
  const assigned = /^--([^=]+)=/.exec(typed);
  if (assigned) return flags.find((flag) => flag.name === assigned[1] && flag.type === 'option') ?? null;
  return flagOf(flags, before.at(-1) ?? '');
}

function flagOf(flags: readonly FlagFacts[], word: string): FlagFacts | null {
  return (
    flags.find((flag) => flag.type === 'option' && (word === `--${flag.name}` || (flag.char !== undefined && word === `-${flag.char}`))) ??
    null
  );
}

/** The values of the flags that are typed already: a namespace decides which names are live. */
function givenFlags(flags: readonly FlagFacts[], words: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const assigned = /^--([^=]+)=(.*)$/.exec(word);
    const flag = flagOf(flags, word);
    if (assigned) given.set(assigned[1] ?? '', assigned[2] ?? '');
    else if (flag !== null && words[index + 1] !== undefined) given.set(flag.name, words[index + 1] as string);
  }
  return given;
}

async function* valuesOf(flag: FlagFacts, typed: string, given: ReadonlyMap<string, string>, names: NameSource): AsyncGenerator<Candidate> {
  for (const option of flag.options ?? []) yield {value: option};
  const kind = FLAG_NAMES[flag.name];
  if (kind !== undefined) for (const name of await names(kind, given)) yield {value: kindTyped(kind, typed) + name};
}
