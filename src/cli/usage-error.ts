import {KiadaError} from '../errors.ts';
import {nearest} from '../flows/nearest.ts';
import {plainText} from '../render/safe-text.ts';

/** What oclif's parser throws, as far as it is read here. Its classes are told apart by what they carry. */
interface ParserError {
  readonly message: string;
  readonly oclif?: {readonly exit?: number};
  readonly parse?: {readonly input?: {readonly flags?: Readonly<Record<string, unknown>>}};
  /** Flags that the command does not have. */
  readonly flags?: readonly string[];
  /** Arguments that are missing, or (texts) too many. */
  readonly args?: readonly (string | {readonly name: string; readonly description?: string})[];
}

const HELP = 'Run the command with --help to see what it takes.';

/** Wrong usage in one sentence with what to do; null for what is no complaint of the parser. */
export function usageErrorOf(thrown: unknown): KiadaError | null {
  if (thrown instanceof KiadaError) return ofOneFlag(thrown);
  const error = thrown as ParserError | null;
  if (typeof error?.message !== 'string' || (error.parse === undefined && error.oclif?.exit !== 2)) return null;
  const {message, hint = HELP} = explained(error);
  return new KiadaError('USAGE', message, {hint});
}

/** An error of ours that the parser put its own words around: `Parsing --timeout ⏎ "abc" is not a duration ⏎ See more help with --help`. */
function ofOneFlag(error: KiadaError): KiadaError {
  const match = /^Parsing (--\S+)\s+([\s\S]*?)(?:\nSee more help with --help)?$/.exec(error.message);
  return match ? new KiadaError(error.code, `${match[1]}: ${match[2]}`, {hint: error.hint, cause: error.cause}) : error;
}

function explained(error: ParserError): {message: string; hint?: string} {
  const [flag] = error.flags ?? [];
  if (flag !== undefined) return missingFlag(flag, Object.keys(error.parse?.input?.flags ?? {}));
  const [argument] = error.args ?? [];
  if (typeof argument === 'object') {
    const what = argument.description === undefined ? '' : ` (${argument.description})`;
    return {message: `an argument is missing: ${argument.name.toUpperCase()}${what}`};
  }
  if (typeof argument === 'string') return {message: `unexpected argument: ${argument}`};
  return {message: withoutFrame(error.message)};
}

function missingFlag(flag: string, known: readonly string[]): {message: string; hint?: string} {
  const near = nearest(flag.replace(/^-+/, '').replace(/=.*$/s, ''), known);
  return {message: `there is no flag ${flag}`, ...(near === null ? {} : {hint: `Did you mean: --${near}`})};
}

/** The parser's own sentence, on one line. */
function withoutFrame(message: string): string {
  const text = message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:/, '')
    .replace(/^Parsing (--\S+)\s/, '$1:');
  const line = plainText(text.replaceAll(/\s+/g, ' ').trim());
  return line.charAt(0).toLowerCase() + line.slice(1);
}
