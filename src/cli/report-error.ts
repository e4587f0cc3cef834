import {KiadaError} from '../errors.ts';
import {plainText} from '../render/safe-text.ts';

/** Prints a failure (one line and a hint, or the JSON error on stdout) and sets the exit code. */
export function reportError(thrown: unknown, argv: readonly string[]): void {
  const error = asKiadaError(thrown);
  if (isExit(thrown)) {
    process.exitCode = thrown.oclif.exit;
    return;
  }
  if (wantsJson(argv)) process.stdout.write(`${JSON.stringify(errorResult(error, thrown), null, 2)}\n`);
  else process.stderr.write(`${lines(error, thrown, argv.includes('--verbose')).join('\n')}\n`);
  process.exitCode = error?.exitCode ?? 1;
}

/** oclif's own usage errors become ours; anything else is a bug and stays null. */
function asKiadaError(thrown: unknown): KiadaError | null {
  if (thrown instanceof KiadaError) return thrown;
  const candidate = thrown as {oclif?: {exit?: number}; parse?: unknown; message?: string; name?: string};
  if (candidate?.parse !== undefined || candidate?.oclif?.exit === 2) {
    return new KiadaError('USAGE', firstLine(candidate.message ?? 'wrong usage'), {hint: secondLine(candidate.message ?? '')});
  }
  return null;
}

function isExit(thrown: unknown): thrown is {oclif: {exit: number}} {
  return (thrown as {code?: string})?.code === 'EEXIT';
}

/** oclif breaks some complaints off after a colon or a blank, to go on in the next line. */
const UNFINISHED = /[:\s]$/;

function firstLine(message: string): string {
  const [first = '', ...rest] = linesOf(message);
  const text = UNFINISHED.test(message.split('\n')[0] ?? '') ? [first.replace(/:$/, ''), rest.join(' ')].join(': ') : first;
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function secondLine(message: string): string {
  const rest = UNFINISHED.test(message.split('\n')[0] ?? '') ? [] : linesOf(message).slice(1);
  return rest.length > 0 ? rest.join(' ') : 'Run the command with --help to see what it takes.';
}

function linesOf(message: string): readonly string[] {
  const all = message.split('\n').map((line) => plainText(line.replaceAll('\t', ' ')).trim().replaceAll(/\s+/g, ' '));
  return all.filter((line) => line !== '' && !/^See more help/.test(line));
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) =>
      word === '-ojson' ||
      word === '--output=json' ||
      word === '-o=json' ||
      (word === 'json' && ['-o', '--output'].includes(argv[index - 1] ?? '')),
  );
}

function errorResult(error: KiadaError | null, thrown: unknown): object {
  return {
    error: {
      code: error?.code ?? 'INTERNAL',
      message: error?.message ?? messageOf(thrown),
      hint: error?.hint ?? null,
      causes: causesOf(thrown),
    },
  };
}

function lines(error: KiadaError | null, thrown: unknown, verbose: boolean): readonly string[] {
  if (error === null) {
    const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return [
      `kiada: a bug of kiada itself: ${messageOf(thrown)}`,
      ...(verbose ? [stack] : ['Run it again with --verbose and report what it prints.']),
    ];
  }
  const head = `error: ${plainText(error.message)}`;
  const causes = verbose ? causesOf(thrown).map((cause) => `  caused by: ${plainText(cause)}`) : [];
  return [head, ...causes, ...(error.hint ? [plainText(error.hint)] : [])];
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function causesOf(thrown: unknown): readonly string[] {
  const causes: string[] = [];
  for (let cause = (thrown as Error)?.cause; cause !== undefined && cause !== null && causes.length < 10; cause = (cause as Error).cause) {
    causes.push(messageOf(cause));
  }
  return causes;
}
