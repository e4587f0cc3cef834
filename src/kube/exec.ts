import WebSocket from 'ws';
import {KiadaError} from '../errors.ts';
import type {KubeClient} from './client.ts';
import {errorOfStatus} from './status-error.ts';

export interface ExecResult {
  readonly exitCode: number;
  /** stdout and stderr, as they came. */
  readonly output: string;
}

const PROTOCOL = 'v5.channel.k8s.io';
const STATUS_CHANNEL = 3;
const MAX_OUTPUT = 64 * 1024;

/**
 * Runs a command in a container through the API server (WebSocket, v5.channel.k8s.io) and waits for its end.
 * Rejects where it could not be started: no right, no such container, no such program.
 */
export function execInContainer(
  client: KubeClient,
  target: {readonly namespace: string; readonly pod: string; readonly container: string | null},
  command: readonly string[],
  signal: AbortSignal,
): Promise<ExecResult> {
  const path = `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods/${encodeURIComponent(target.pod)}/exec`;
  const query = new URLSearchParams({stdout: 'true', stderr: 'true', ...(target.container ? {container: target.container} : {})});
  for (const word of command) query.append('command', word);
  const socket = openSocket(client, `${path}?${query}`);
  return new Promise((resolve, reject) => {
    const chunks: string[] = [];
    let size = 0;
    let ended = false;
    const finish = (act: () => void) => {
      if (ended) return;
      ended = true;
      signal.removeEventListener('abort', onAbort);
      socket.terminate();
      act();
    };
    const onAbort = () => finish(() => reject(signal.reason));
    socket.on('message', (data: Buffer) => {
      const channel = data[0];
      const text = data.subarray(1).toString('utf8');
      if (channel === STATUS_CHANNEL) finish(() => settle(text, chunks.join(''), resolve, reject));
      else if (size < MAX_OUTPUT) {
        chunks.push(text);
        size += text.length;
      }
    });
    socket.on('unexpected-response', (_request, response) => {
      finish(() => reject(errorOfStatus(response.statusCode ?? 0, `exec refused: HTTP ${response.statusCode}`, {path})));
    });
    socket.on('error', (error) =>
      finish(() => reject(new KiadaError('UNREACHABLE', `exec in ${target.pod} failed: ${error.message}`, {cause: error}))),
    );
    socket.on('close', () => finish(() => reject(new KiadaError('UNREACHABLE', `exec in ${target.pod} ended without a status`))));
    signal.addEventListener('abort', onAbort, {once: true});
    if (signal.aborted) onAbort(); // a listener that comes late is not told
  });
}

function openSocket(client: KubeClient, path: string): WebSocket {
  const {request, server} = client.connection();
  const {agent, headers} = request;
  const options: WebSocket.ClientOptions = {headers: headers as Record<string, string>};
  if (typeof agent === 'object') options.agent = agent;
  return new WebSocket(server.replace(/^http/, 'ws') + path, [PROTOCOL], options);
}

interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly details?: {readonly causes?: readonly {readonly reason?: string; readonly message?: string}[]};
}

function parseStatus(text: string): ExecStatus {
  try {
    return JSON.parse(text) as ExecStatus;
  } catch {
    return {message: `the server ended the command with a status that is no JSON: ${text.slice(0, 100)}`};
  }
}

function settle(text: string, output: string, resolve: (result: ExecResult) => void, reject: (error: unknown) => void): void {
  const status = parseStatus(text);
  const code = status.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message;
  if (status.status === 'Success' || code !== undefined) resolve({exitCode: Number(code ?? 0), output});
  else reject(new KiadaError('UNKNOWABLE', status.message ?? 'the command could not be run'));
}
