import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {Agent, type RequestOptions, request} from 'node:https';
import {join} from 'node:path';
import type {Readable} from 'node:stream';

/** A running process, and how to speak with its API. */
export interface Killable {
  /** The answer; null where the process died before it was complete. */
  send(method: string, path: string, body?: unknown, type?: string): Promise<{code: number; body: Stored} | null>;
  /** Ends it outright, as a power switch would, and waits until it is gone. */
  kill(): Promise<void>;
}

/** An object or a list, as far as these tests look into it. */
export interface Stored {
  readonly reason?: string;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly type: string;
    readonly clusterIP: string;
    readonly clusterIPs: readonly string[];
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly {readonly port: number; readonly nodePort?: number}[];
    readonly healthCheckNodePort?: number;
  };
  readonly items: readonly Stored[];
}

/** Starts the process on a folder; `lifeMs` kills it that soon after, ready or not: null where it was not ready by then. */
export async function startKillable(folder: string, lifeMs: number | null = null): Promise<Killable | null> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'api-process.ts'), folder], {stdio: ['ignore', 'pipe', 'pipe']});
  const exited = once(child, 'exit');
  const timer = lifeMs === null ? undefined : setTimeout(() => child.kill('SIGKILL'), lifeMs);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const line = await firstLine(child.stdout);
  clearTimeout(timer);
  if (line === null) {
    const [code, signal] = await exited;
    if (signal !== 'SIGKILL') throw new Error(`the process ended by itself, with code ${code}: ${complaint}`);
    return null;
  }
  const {port, token, ca} = JSON.parse(line) as {port: number; token: string; ca: string};
  const agent = new Agent({keepAlive: true, ca});
  return {
    send: (method, path, body, type = 'application/json') =>
      ask({agent, host: '127.0.0.1', port, method, path, headers: {authorization: `Bearer ${token}`, 'content-type': type}}, body),
    async kill() {
      child.kill('SIGKILL');
      await exited;
      agent.destroy();
    },
  };
}

async function firstLine(output: Readable): Promise<string | null> {
  let text = '';
  for await (const chunk of output.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n')) return text;
  }
  return null;
}

function ask(options: RequestOptions, body: unknown): ReturnType<Killable['send']> {
  const {promise, resolve} = Promise.withResolvers<Awaited<ReturnType<Killable['send']>>>();
  const lost = (): void => resolve(null);
  const outgoing = request(options, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response
      .on('error', lost)
      .on('end', () => resolve(response.complete ? {code: response.statusCode ?? 0, body: JSON.parse(text)} : null));
  });
  outgoing.on('error', lost).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
