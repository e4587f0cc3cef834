import {type ExecInContainer, OUTPUT_LIMIT, type Verdict} from './outcome.ts';

/** Exit code 0 succeeds; a time-out fails; a command that cannot be started is no verdict. Source: kubernetes `pkg/probe/exec/exec.go`. */
export async function probeExec(
  command: readonly string[],
  exec: ExecInContainer,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  const expired = Promise.withResolvers<'expired'>();
  signal.addEventListener('abort', () => expired.resolve('expired'), {once: true});
  const ended = await Promise.race([exec(command, {signal}), expired.promise]);
  if (ended === 'expired' || signal.aborted) {
    return {result: 'failure', message: `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`};
  }
  if (ended.kind === 'failed') return {result: 'unknown', message: ended.message};
  return {result: ended.exitCode === 0 ? 'success' : 'failure', message: ended.output.slice(0, OUTPUT_LIMIT)};
}
