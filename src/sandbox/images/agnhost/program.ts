import type {Program, ProgramContext} from '../../../model/index.ts';
import {serveUntilTerminated, untilKilled} from '../../../program/index.ts';
import {netexecHandler} from './netexec.ts';
import {answerDatagrams} from './netexec-udp.ts';

const GRACE_MS = 5000;

/** agnhost by its first argument. Source: test/images/agnhost of the Kubernetes repository, its README. */
export const agnhost: Program = async (context) => {
  const [command = 'pause', ...flags] = context.args.slice(1);
  if (command === 'netexec') return serve(context, flags, '8080');
  if (command === 'serve-hostname') return serve(context, flags, '9376');
  if (command === 'pause') {
    context.stdout('Paused\n');
    await Promise.race([new Promise<void>((resolve) => context.onSignal('SIGTERM', resolve)), untilKilled(context.signal)]);
    return 0;
  }
  context.stderr(`agnhost: ${command} is not available in this sandbox; netexec, serve-hostname and pause are\n`);
  return 1;
};

function serve(context: ProgramContext, flags: readonly string[], defaultPort: string): Promise<number> {
  const port = Number(flagValue(flags, 'http-port') ?? flagValue(flags, 'port') ?? defaultPort);
  const log = (message: string): void => context.stdout(`${message}\n`);
  if (defaultPort === '8080') answerDatagrams(context, Number(flagValue(flags, 'udp-port') ?? '8081'));
  const handler = defaultPort === '8080' ? netexecHandler(context) : netexecHandler(context, '/hostname');
  return serveUntilTerminated(context, {port, graceMs: GRACE_MS, log}, handler);
}

function flagValue(flags: readonly string[], name: string): string | undefined {
  const at = flags.findIndex((flag) => flag.replace(/^--?/, '').split('=')[0] === name);
  return at === -1 ? undefined : (flags[at]?.split('=')[1] ?? flags[at + 1]);
}
