import {Duplex} from 'node:stream';
import type {ExecSession} from '../../kube/index.ts';
import type {Agent} from './agent.ts';

export interface AgentDialed {
  readonly socket: Duplex;
  readonly endpoint: null;
  readonly sourceSeen: null;
}

/** A connection that an agent opens at its place; its bytes travel over the streams of `exec`. */
export async function dialByAgent(
  agent: Agent,
  target: {readonly host: string; readonly port: number},
  options: {readonly signal?: AbortSignal; readonly timeoutMs?: number} = {},
): Promise<AgentDialed> {
  options.signal?.throwIfAborted();
  const session = agent.run(['dial', target.host, String(target.port)]);
  const timer = setTimeout(() => session.close(), options.timeoutMs ?? 10_000);
  try {
    const rest = await firstWord(session, target, options.timeoutMs ?? 10_000);
    return {socket: streamOf(session, rest), endpoint: null, sourceSeen: null};
  } catch (error) {
    session.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Waits for the agent's `+`; what came behind it belongs to the connection. */
function firstWord(session: ExecSession, target: {readonly host: string; readonly port: number}, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let text = Buffer.alloc(0);
    const fail = (code: string, message: string) => reject(Object.assign(new Error(message), {code}));
    const onData = (chunk: Buffer) => {
      text = Buffer.concat([text, chunk]);
      if (text[0] === 0x2b) {
        session.stdout.off('data', onData).pause();
        resolve(text.subarray(1));
      } else if (text.includes('\n')) {
        const [, code = 'EFAILED', message = ''] = /^-(\S+) (.*)/.exec(text.toString('utf8')) ?? [];
        fail(code, message);
      }
    };
    session.stdout.on('data', onData);
    session.exit.then(
      () => fail('ECONNABORTED', `the agent could not connect to ${target.host}:${target.port}`),
      (error: unknown) =>
        error instanceof Error && /without a status/.test(error.message)
          ? fail('ETIMEDOUT', `no answer within ${timeoutMs} ms`)
          : reject(error),
    );
  });
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
  if (first.length > 0) stream.push(first);
  return stream;
}
