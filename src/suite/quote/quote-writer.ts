import type {Program, ProgramContext} from '../../model/index.ts';
import {QUOTES} from './quotes.ts';

/**
 * The sidecar of Quote: writes a quote now and another one each INTERVAL seconds (60) into the file of its first argument
 * (/var/local/output/quote), which the web server beside it serves. INPUT_FILE names other quotes, parted by lines of `%`.
 */
export const quoteWriter: Program = async (context) => {
  const output = context.args[1] ?? '/var/local/output/quote';
  const interval = Number(context.env['INTERVAL'] || 60);
  if (!(interval > 0)) {
    context.stderr(`quote-writer: INTERVAL is not a number of seconds: ${context.env['INTERVAL']}\n`);
    return 2;
  }
  const quotes = readQuotes(context);
  if (quotes.length === 0) {
    context.stderr(`quote-writer: there is no quote in ${context.env['INPUT_FILE']}\n`);
    return 1;
  }
  context.stdout(`Quote Writer: a new quote to ${output} every ${interval} seconds\n`);
  const ended = new AbortController();
  context.onSignal('SIGTERM', () => ended.abort());
  context.onSignal('SIGINT', () => ended.abort());
  await writeUntil(context, {quotes, output, intervalMs: interval * 1000}, ended.signal);
  return 0;
};

interface Plan {
  readonly quotes: readonly string[];
  readonly output: string;
  readonly intervalMs: number;
}

async function writeUntil(context: ProgramContext, plan: Plan, ended: AbortSignal): Promise<void> {
  const end = new Promise<void>((resolve) => {
    ended.addEventListener('abort', () => resolve(), {once: true});
    context.signal.addEventListener('abort', () => resolve(), {once: true});
  });
  let last = -1;
  while (!ended.aborted && !context.signal.aborted) {
    last = another(plan.quotes.length, last);
    writeQuote(context, plan.output, plan.quotes[last] ?? '');
    // a sleep that is cut off by a kill is an end like any other
    await Promise.race([end, context.sleep(plan.intervalMs).catch(() => end)]);
  }
}

function writeQuote(context: ProgramContext, output: string, quote: string): void {
  try {
    context.files.write(output, `${quote}\n`);
    context.stdout(`${new Date().toISOString()} Wrote a quote\n`);
  } catch (error) {
    context.stderr(`${new Date().toISOString()} Cannot write ${output}: ${(error as Error).message}\n`);
  }
}

/** A random index that differs from the last one where there is a choice. */
function another(count: number, last: number): number {
  if (last < 0 || count < 2) return Math.floor(Math.random() * count);
  return (last + 1 + Math.floor(Math.random() * (count - 1))) % count;
}

function readQuotes(context: ProgramContext): readonly string[] {
  const file = context.env['INPUT_FILE'];
  if (!file) return QUOTES;
  if (!context.files.exists(file)) return [];
  return context.files
    .readText(file)
    .split(/^%$/m)
    .map((quote) => quote.trim())
    .filter((quote) => quote !== '');
}
