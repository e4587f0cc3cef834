import {request} from 'node:https';
import {PassThrough} from 'node:stream';
import {Attach, Exec, KubeConfig, type V1Status} from '@kubernetes/client-node';
import type {RunningSandbox} from './running-sandbox.ts';

export interface ApiAnswer {
  readonly code: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

/** One request with the administrator's token. */
export function ask({token, info, ca}: RunningSandbox, method: string, path: string, body?: object): Promise<ApiAnswer> {
  const {promise, resolve, reject} = Promise.withResolvers<ApiAnswer>();
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const headers = {authorization: `Bearer ${token}`, 'content-type': type};
  const outgoing = request(`${info.server}${path}`, {ca, agent: false, method, headers}, async (response) => {
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    resolve({code: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : text});
  });
  outgoing.once('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}

export const PODS = '/api/v1/namespaces/default/pods';
export const SERVICES = '/api/v1/namespaces/default/services';

/** Creates a pod with one container of that image. */
export async function runPod(sandbox: RunningSandbox, name: string, container: object, spec: object = {}): Promise<void> {
  const answer = await ask(sandbox, 'POST', PODS, {
    metadata: {name, labels: {app: name}},
    spec: {terminationGracePeriodSeconds: 1, ...spec, containers: [{name: 'c', image: 'busybox', ...container}]},
  });
  if (answer.code !== 201) throw new Error(JSON.stringify(answer.body));
}

export async function isReady(sandbox: RunningSandbox, name: string): Promise<boolean> {
  const {body} = await ask(sandbox, 'GET', `${PODS}/${name}`);
  return (body.status?.conditions ?? []).some(({type, status}: {type: string; status: string}) => type === 'Ready' && status === 'True');
}

export interface Executed {
  readonly output: string;
  readonly status: V1Status;
}

export interface ExecHow {
  readonly tty?: boolean;
  readonly input?: string;
  /** Columns and rows of the client's window. */
  readonly window?: {readonly columns: number; readonly rows: number};
}

/** Runs a command in the pod's container. Rejects where the connection is not even upgraded. */
export async function exec(sandbox: RunningSandbox, pod: string, command: readonly string[], how: ExecHow = {}): Promise<Executed> {
  const output = Object.assign(new PassThrough(), how.window ?? {});
  const stdin = how.input === undefined && how.window === undefined ? null : new PassThrough();
  const {promise, resolve} = Promise.withResolvers<V1Status>();
  let text = '';
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Exec(configOf(sandbox)).exec('default', pod, 'c', [...command], output, output, stdin, how.tty === true, resolve);
  if (how.input !== undefined) stdin?.end(how.input);
  const status = await promise;
  return {output: text, status};
}

/** Joins the main process; gives what it writes, and the way to type. */
export async function attach(
  sandbox: RunningSandbox,
  pod: string,
): Promise<{readonly text: () => string; type(line: string): void; close(): void}> {
  const output = new PassThrough();
  const input = new PassThrough();
  let text = '';
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const socket = await new Attach(configOf(sandbox)).attach('default', pod, 'c', output, null, input, false);
  return {text: () => text, type: (line) => void input.write(line), close: () => socket.close()};
}

export function configOf({info, ca, token}: RunningSandbox): KubeConfig {
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{name: 's', server: info.server, caData: Buffer.from(ca).toString('base64')}],
    users: [{name: 'u', token}],
    contexts: [{name: 'c', cluster: 's', user: 'u'}],
    currentContext: 'c',
  });
  return config;
}
