import type {KubeClient} from './client.ts';
import {type ExecTarget, openExec} from './exec-stream.ts';

export interface ExecResult {
  readonly exitCode: number;
  /** stdout and stderr, as they came. */
  readonly output: string;
}

const MAX_OUTPUT = 64 * 1024;

/**
 * Runs a command in a container through the API server and waits for its end.
 * Rejects where it could not be started: no right, no such container, no such program.
 */
export async function execInContainer(
  client: KubeClient,
  target: ExecTarget,
  command: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  signal.throwIfAborted();
  const session = openExec(client, target, command, {stdin: false});
  const chunks: string[] = [];
  let size = 0;
  const collect = (chunk: Buffer) => {
    if (size < MAX_OUTPUT) chunks.push(chunk.toString('utf8'));
    size += chunk.length;
  };
  session.stdout.on('data', collect);
  session.stderr.on('data', collect);
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, {once: true});
  try {
    return {exitCode: await Promise.race([session.exit, aborted.promise]), output: chunks.join('')};
  } finally {
    signal.removeEventListener('abort', onAbort);
    session.close();
  }
}
