import type {Program, ProgramContext} from '../../model/index.ts';
import {readLines, serveUntilTerminated} from '../../program/index.ts';
import {type ProgramLog, programLog} from '../program-log.ts';
import {KIADA_VERSION, type KiadaConfig, readKiadaConfig} from './config.ts';
import {kiadaHandler} from './handler.ts';
import {upstreamOf} from './upstream.ts';

const GRACE_MS = 20_000;

/**
 * Kiada: shows a quote and a quiz question that it asks of the other two services, and which pod and node answered.
 * A line on standard input becomes its status message; SIGTERM lets running requests end.
 */
export const kiada: Program = async (context) => {
  const args = argumentsOf(context.args);
  if (args[0] === '--help') {
    context.stdout('Usage: kiada [--listen-port PORT]\n');
    return 0;
  }
  const config = readKiadaConfig(context, args);
  if (typeof config === 'string') {
    context.stderr(`kiada: ${config}\n`);
    return 2;
  }
  return serve(context, config);
};

async function serve(context: ProgramContext, config: KiadaConfig): Promise<number> {
  const log = programLog(context);
  let status = config.initialStatus;
  greet(log, config);
  void takeStatusMessages(context, (line) => {
    status = line;
    log(`Status message set to: ${line}`);
  });
  const handler = kiadaHandler(config, upstreamOf(context.network, config), log, () => status);
  return serveUntilTerminated(context, {port: config.listenPort, log, graceMs: GRACE_MS}, handler);
}

async function takeStatusMessages(context: ProgramContext, take: (line: string) => void): Promise<void> {
  try {
    for await (const line of readLines(context.stdin)) {
      if (line.trim() === '') context.stderr('Enter new status message and press ENTER.\n');
      else take(line);
    }
  } catch {
    // standard input broke off: the program goes on without it
  }
}

function greet(log: ProgramLog, config: KiadaConfig): void {
  log(`Kiada ${KIADA_VERSION} starting...`);
  log(`Pod name is ${config.pod}`);
  log(`Local hostname is ${config.hostname}`);
  log(`Local IP is ${config.podIP}`);
  log(`Running on node ${config.node}`);
  log(`Node IP is ${config.nodeIP}`);
  log(`Status message is ${config.initialStatus}`);
  log(`URL of the quote service is ${config.quoteURL}`);
  log(`URL of the quiz service is ${config.quizURL}`);
}

/** What follows the program's own name, whether it was called by it or as `node app.js`. */
function argumentsOf(args: readonly string[]): readonly string[] {
  const script = args.findIndex((arg) => /(^|\/)app\.js$/.test(arg));
  return args.slice(script === -1 ? 1 : script + 1);
}
