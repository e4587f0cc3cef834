import {describeDialError} from './network-error.ts';
import type {Dial, Verdict} from './outcome.ts';

/** Succeeds when the connection opens. Source: kubernetes `pkg/probe/tcp/tcp.go`. */
export async function probeTcp(target: {host: string; port: number}, dial: Dial, timeoutMs: number, signal: AbortSignal): Promise<Verdict> {
  try {
    const stream = await dial(target, {signal, timeoutMs});
    stream.on('error', () => {}); // the connection has served its purpose: how it ends says nothing about the container
    stream.destroy();
    return {result: 'success', message: ''};
  } catch (error) {
    const cause = signal.aborted ? Object.assign(new Error('timed out'), {code: 'ETIMEDOUT'}) : error;
    return {result: 'failure', message: describeDialError(cause, target)};
  }
}
