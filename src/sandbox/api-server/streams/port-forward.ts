import {createHash} from 'node:crypto';
import type {Duplex} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {PodRuntime} from '../../pod-runtime.ts';
import {type SpdyStream, serveSpdy} from './spdy/session.ts';

interface ForwardTarget {
  readonly runtime: PodRuntime;
  readonly pod: {readonly namespace: string; readonly name: string};
  readonly signal: AbortSignal;
}

/** A pair of streams per connection, as kubectl opens them: the errors' first, then the data's, told to belong together by their request id. */
interface Pair {
  error?: SpdyStream;
  data?: SpdyStream;
}

/** `kubectl port-forward` over SPDY, be it inside a WebSocket or bare. */
export function forwardOverSpdy(transport: Duplex, target: ForwardTarget): void {
  const pairs = new Map<string, Pair>();
  serveSpdy(transport, (stream) => {
    const id = stream.headers.get('requestid') ?? '';
    const pair = pairs.get(id) ?? {};
    if (stream.headers.get('streamtype') === 'error') pair.error = stream;
    else pair.data = stream;
    pairs.set(id, pair);
    stream.duplex.on('error', () => pairs.delete(id));
    if (pair.error === undefined || pair.data === undefined) return;
    pairs.delete(id);
    void forward(pair.data, pair.error, target);
  });
}

async function forward(data: SpdyStream, error: SpdyStream, {runtime, pod, signal}: ForwardTarget): Promise<void> {
  const port = Number(data.headers.get('port'));
  // the client never writes there
  error.duplex.resume();
  try {
    const connection = await runtime.dialPod(pod, port);
    await join(data.duplex, connection, signal);
    error.duplex.end();
  } catch (cause) {
    error.duplex.end(describe(port, pod, cause));
    // kubectl reads the error only once the data's stream is closed
    data.duplex.resume();
    data.duplex.end();
  }
}

/** Both directions, each closed by itself; ends when both are through. */
export async function join(client: Duplex, connection: Duplex, signal: AbortSignal): Promise<void> {
  try {
    await Promise.all([pipeline(client, connection, {signal}), pipeline(connection, client, {signal})]);
  } catch (error) {
    client.destroy();
    connection.destroy();
    // a peer that goes away is how most connections end
    if (!isHangUp(error)) throw error;
  }
}

function isHangUp(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ABORT_ERR', 'ERR_STREAM_DESTROYED'].includes(code);
}

/** What kubectl prints behind "an error occurred forwarding LOCAL -> PORT: ". */
export function describe(port: number, {namespace, name}: ForwardTarget['pod'], cause: unknown): string {
  if ((cause as NodeJS.ErrnoException).code !== 'ECONNREFUSED') {
    return `error forwarding port ${port} to pod ${name} in namespace ${namespace}: ${cause instanceof Error ? cause.message : String(cause)}`;
  }
  // containerd's words, with names of its own for the pod's sandbox and network
  const id = createHash('sha256').update(`${namespace}/${name}`).digest('hex');
  const refusals = `IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused `;
  const where = `failed to execute portforward in network namespace "/var/run/netns/${namespace}-${name}"`;
  return `error forwarding port ${port} to pod ${id}, uid : ${where}: failed to connect to localhost:${port} inside namespace "${id}", ${refusals}`;
}
