import {Command, Flags} from '@oclif/core';
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

  /** Prints a result in the asked format and returns it. */
  protected async print<Result extends object>(result: Result, flags: OutputFlags, rendering: Rendering<Result>): Promise<Result> {
    this.log(await this.format(result, flags, rendering));
    process.exitCode = rendering.exitCode ?? 0;
    return result;
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
        break;
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
    width: interactive ? (process.stdout.columns ?? 80) : Number(process.env['COLUMNS']) || 120,
    color: wanted && !flags['no-color'],
    wide: flags.output === 'wide',
    interactive,
  };
}
