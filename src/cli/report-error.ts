import type {KiadaError} from '../errors.ts';
import {plainText} from '../render/safe-text.ts';
import {usageErrorOf} from './usage-error.ts';

/** After a bug of ours nothing is known of what was asked: neither yes nor no. */
const BUG_EXIT_CODE = 4;

/** Prints a failure (one line and a hint, or the JSON error on stdout) and sets the exit code. */
export function reportError(thrown: unknown, argv: readonly string[]): void {
  if (isExit(thrown)) {
    process.exitCode = thrown.oclif.exit;
    return;
  }
  const error = usageErrorOf(thrown);
  if (wantsJson(argv)) process.stdout.write(`${JSON.stringify(errorResult(error, thrown), null, 2)}\n`);
  else process.stderr.write(`${lines(error, thrown, argv.includes('--verbose')).join('\n')}\n`);
  process.exitCode = error?.exitCode ?? BUG_EXIT_CODE;
}

function isExit(thrown: unknown): thrown is {oclif: {exit: number}} {
  return (thrown as {code?: string})?.code === 'EEXIT';
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
      `kiada: a bug of kiada itself: ${plainText(messageOf(thrown))}`,
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
