import {randomBytes} from 'node:crypto';
import {emptyInput} from '../process/byte-queue.ts';
import {StartError} from '../process/find-program.ts';
import type {ContainerRun} from './container-run.ts';

export type Captured =
  | {readonly kind: 'exited'; readonly exitCode: number; readonly output: string}
  | {readonly kind: 'failed'; readonly message: string};

const OUTPUT_LIMIT = 64 * 1024;

/** Runs a command in a container and keeps what it writes: for probes and hooks. An aborted one is killed. */
export async function captureExec(run: ContainerRun, command: readonly string[], signal: AbortSignal): Promise<Captured> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const keep = (bytes: Uint8Array) => {
    if (size < OUTPUT_LIMIT) parts.push(bytes);
    size += bytes.length;
  };
  try {
    const process = run.exec(command, {stdin: emptyInput(), stdout: keep, stderr: keep, tty: false});
    const kill = () => process.signal('SIGKILL');
    if (signal.aborted) kill();
    signal.addEventListener('abort', kill, {once: true});
    const exitCode = await process.exited;
    signal.removeEventListener('abort', kill);
    return {kind: 'exited', exitCode, output: Buffer.concat(parts).toString('utf8')};
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return {kind: 'failed', message: `rpc error: code = Unknown desc = ${execFailure(error)}`};
  }
}

/** How a container runtime reports a command that it could not start. */
export function execFailure(error: StartError): string {
  const id = randomBytes(32).toString('hex');
  const cause = `OCI runtime exec failed: exec failed: unable to start container process: ${error.message}`;
  return `failed to exec in container: failed to start exec "${id}": ${cause}`;
}
