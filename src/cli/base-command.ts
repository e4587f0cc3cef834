import {Command, Flags, type Interfaces} from '@oclif/core';
import {KiadaError} from '../errors.ts';
import {plainText} from '../render/safe-text.ts';
import {reportError} from './report-error.ts';

/** How a result is printed beside the formats that every command has. */
export interface Rendering<Result> {
  /** For people: the whole text, without a final line break. */
  readonly text: (result: Result, style: Style) => string | Promise<string>;
  /** `-o name`: one name a line. */
  readonly names?: (result: Result) => readonly string[];
  readonly exitCode?: number;
}

/** What the terminal can show. */
export interface Style {
  readonly width: number;
  readonly color: boolean;
  /** `-o wide`. */
  readonly wide: boolean;
  /** Whether a person watches: a terminal, no pipe. */
  readonly interactive: boolean;
}

type OclifFlags = Interfaces.OutputFlags<Interfaces.FlagInput>;
type OclifArgs = Interfaces.OutputArgs<Interfaces.ArgInput>;

/** Takes the cursor home and all below it away. */
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

/** What all commands share: output formats, errors, exit codes. Commands return their result; only `print` writes it. */
export abstract class KiadaCommand extends Command {
  static override baseFlags = {
    output: Flags.string({
      char: 'o',
      description: 'Output format',
      options: ['text', 'wide', 'json', 'yaml', 'name'],
      default: 'text',
      helpGroup: 'GLOBAL',
    }),
    'no-color': Flags.boolean({description: 'No colour (also: NO_COLOR)', helpGroup: 'GLOBAL'}),
    quiet: Flags.boolean({char: 'q', description: 'Only the result: no progress, no prose', helpGroup: 'GLOBAL'}),
    verbose: Flags.boolean({description: 'Show the causes of an error', helpGroup: 'GLOBAL'}),
  };

  /**
   * oclif would read stdin for an argument that is not given, and so take what `-f -` or a shell's `while read` is there for; and a flag
   * that may be repeated would swallow all that follows: here it takes one value each time, as in kubectl.
   */
  protected override async parse<F extends OclifFlags, B extends OclifFlags, A extends OclifArgs>(
    options: Interfaces.Input<F, B, A>,
    argv = this.argv,
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const {args, flags, baseFlags} = options;
    const parsed = {
      ...options,
      baseFlags,
      flags: each(flags, {multipleNonGreedy: true}),
      args: each(args, {ignoreStdin: true}),
    };
    return super.parse(parsed as Interfaces.Input<F, B, A>, argv);
  }

  /** Prints a result in the asked format and returns it. */
  protected async print<Result extends object>(result: Result, flags: OutputFlags, rendering: Rendering<Result>): Promise<Result> {
    this.log(await this.format(result, flags, rendering));
    process.exitCode = rendering.exitCode ?? 0;
    return result;
  }

  /**
   * Prints one result after the other as they come with `--watch`: a JSON object a line, YAML documents, pages with an empty line between
   * them. A terminal shows one page that changes. Without `--watch` there is one result, printed as any other.
   */
  protected async printEach<Result extends object>(
    results: AsyncIterable<Result>,
    flags: OutputFlags & {readonly watch: boolean},
    rendering: Rendering<Result>,
  ): Promise<void> {
    let first = true;
    for await (const result of results) {
      if (flags.watch) process.stdout.write(separator(flags.output, first));
      await this.print(result, flags.watch && flags.output === 'json' ? {...flags, output: 'jsonl'} : flags, rendering);
      first = false;
    }
  }

  private async format<Result extends object>(result: Result, flags: OutputFlags, rendering: Rendering<Result>): Promise<string> {
    switch (flags.output) {
      case 'json':
        return JSON.stringify(result, null, 2);
      case 'jsonl': // streams: one object a line
        return JSON.stringify(result);
      case 'yaml': {
        const {stringify} = await import('yaml');
        return stringify(result, {lineWidth: 0, aliasDuplicateObjects: false}).trimEnd();
      }
      case 'name':
        if (rendering.names) return rendering.names(result).join('\n');
        throw new KiadaError('USAGE', 'this command has no -o name', {hint: 'It can print text, json and yaml.'});
    }
    return await rendering.text(result, styleOf(flags));
  }

  /** Progress and prose, on stderr; silent with --quiet. */
  protected say(flags: OutputFlags, text: string): void {
    if (!flags.quiet) process.stderr.write(`${plainText(text)}\n`);
  }

  protected override async catch(error: Error): Promise<void> {
    reportError(error, this.argv);
  }
}

/** All definitions with a setting added. */
function each(definitions: object | undefined, setting: object): object {
  return Object.fromEntries(Object.entries(definitions ?? {}).map(([name, definition]) => [name, {...(definition as object), ...setting}]));
}

/** What stands before a further result. */
function separator(output: string, first: boolean): string {
  if (output === 'json') return '';
  if (output === 'yaml') return '---\n';
  if (process.stdout.isTTY) return CLEAR_SCREEN;
  return first ? '' : '\n';
}

export interface OutputFlags {
  readonly output: string;
  readonly 'no-color': boolean;
  readonly quiet: boolean;
}

/** What stdout can show: colour on a terminal unless NO_COLOR or --no-color, forced by FORCE_COLOR. */
export function styleOf(flags: OutputFlags): Style {
  const forced = process.env['FORCE_COLOR'];
  const interactive = process.stdout.isTTY === true;
  const wanted =
    forced !== undefined ? forced !== '0' : interactive && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';
  return {
    width: interactive ? process.stdout.columns || 80 : Number(process.env['COLUMNS']) || 120, // a terminal nobody gave a size has 0 columns
    color: wanted && !flags['no-color'],
    wide: flags.output === 'wide',
    interactive,
  };
}
