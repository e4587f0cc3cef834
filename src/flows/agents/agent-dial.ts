import {Duplex} from 'node:stream';
import {KiadaError} from '../../errors.ts';
import type {ExecSession} from '../../kube/index.ts';
import type {Agent} from './agent.ts';

export interface AgentDialed {
  readonly socket: Duplex;
  readonly endpoint: null;
  readonly sourceSeen: null;
}

const TIMEOUT_MS = 10_000;

/**
 * A connection that an agent opens at its place; its bytes travel over the streams of `exec`. Rejects with an error that has one of Node's codes
 * where the connection fails, with a KiadaError where the agent itself cannot be reached.
 */
export async function dialByAgent(
  agent: Agent,
  target: {readonly host: string; readonly port: number},
  options: {readonly signal?: AbortSignal; readonly timeoutMs?: number} = {},
): Promise<AgentDialed> {
  options.signal?.throwIfAborted();
  const session = agent.run(['dial', target.host, String(target.port)]);
  try {
    const rest = await connected(session, agent, target, options.timeoutMs ?? TIMEOUT_MS);
    return {socket: streamOf(session, rest), endpoint: null, sourceSeen: null};
  } catch (error) {
    session.close();
    throw error;
  }
}

const [UP, CONNECTED] = ['.'.charCodeAt(0), '+'.charCodeAt(0)];

/** Waits for the agent's `.` and then its `+`; what came behind that belongs to the connection. */
function connected(session: ExecSession, agent: Agent, target: {host: string; port: number}, timeoutMs: number): Promise<Buffer> {
  const {promise, resolve, reject} = Promise.withResolvers<Buffer>();
  const fail = (code: string, message: string) => reject(Object.assign(new Error(message), {code}));
  const unreachable = (cause?: unknown) =>
    reject(cause instanceof KiadaError ? cause : new KiadaError('UNREACHABLE', `the agent at ${agent.at} does not answer`, {cause}));
  let text = Buffer.alloc(0);
  const timer = setTimeout(() => {
    if (text[0] === UP) fail('ETIMEDOUT', `no answer within ${timeoutMs} ms`);
    else unreachable();
  }, timeoutMs);
  const onData = (chunk: Buffer) => {
    text = Buffer.concat([text, chunk]);
    if (text[1] === CONNECTED) {
      session.stdout.off('data', onData).pause();
      resolve(text.subarray(2));
    } else if (text.includes('\n')) {
      const [, code = 'EFAILED', message = ''] = /^\.-(\S+) (.*)/.exec(text.toString('utf8')) ?? [];
      fail(code, message);
    }
  };
  session.stdout.on('data', onData);
  session.exit.then(() => fail('ECONNABORTED', `the agent could not connect to ${target.host}:${target.port}`), unreachable);
  return promise.finally(() => clearTimeout(timer));
}

function streamOf(session: ExecSession, first: Buffer): Duplex {
  const {stdin, stdout} = session;
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk, _encoding, done) => void stdin.write(chunk, done),
    final: (done) => void stdin.end(done),
    destroy(error, done) {
      session.close();
      done(error);
    },
  });
  stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) stdout.pause();
  });
  stdout.once('end', () => stream.push(null));
  // an end that is no end of the connection must not look like one
  session.exit.then(
    (code) => code !== 0 && stream.destroy(new Error('the connection broke at the agent')),
    (error: unknown) => stream.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  if (first.length > 0) stream.push(first);
  return stream;
}
