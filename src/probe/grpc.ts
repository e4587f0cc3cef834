import {type ClientHttp2Session, connect, constants} from 'node:http2';
import type {Duplex} from 'node:stream';
import {hostPort} from '../ip/index.ts';
import {systemClock} from './clock.ts';
import {decodeStatus, frameHealthRequest, SERVING_STATUS} from './grpc-message.ts';
import {PROBE_USER_AGENT} from './http-get.ts';
import {describeStreamError} from './network-error.ts';
import type {Dial, Verdict} from './outcome.ts';

interface Reply {
  readonly code: number;
  readonly message: string;
  readonly body: Buffer;
}

const UNIMPLEMENTED = 12;
/** The base of gRPC's connection back-off. */
const REDIAL_MS = 1000;

/** `grpc.health.v1.Health/Check` in clear text over HTTP/2; SERVING succeeds. Source: kubernetes `pkg/probe/grpc/grpc.go`. */
export async function probeGrpc(
  service: string,
  target: {host: string; port: number},
  dial: Dial,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  const address = hostPort(target.host, target.port);
  const within = `${timeoutMs / 1000}s`;
  const session = await connectUntil(target, dial, timeoutMs, signal);
  if (!session) return failure(`timeout: failed to connect service "${address}" within ${within}: context deadline exceeded`);
  try {
    return judge(await check(session, service, address, signal));
  } catch (error) {
    if (signal.aborted) return failure(`timeout: health rpc did not complete within ${within}`);
    return failure(`error: health rpc probe failed: rpc error: code = Unavailable desc = ${describeStreamError(error)}`);
  } finally {
    session.destroy();
  }
}

/**
 * gRPC dials again and again until its deadline: a refused connection is no verdict by itself, nor a server that speaks no HTTP/2. Null once
 * the deadline has passed.
 */
async function connectUntil(
  target: {host: string; port: number},
  dial: Dial,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<ClientHttp2Session | null> {
  do {
    const stream = await dial(target, {signal, timeoutMs}).catch(() => null); // tried again; the deadline is the answer
    const session = stream && (await greet(stream, hostPort(target.host, target.port), signal));
    if (session) return session;
  } while (await systemClock.sleep(REDIAL_MS, signal));
  return null;
}

/** A connection is one once the server has sent its settings. */
async function greet(stream: Duplex, address: string, signal: AbortSignal): Promise<ClientHttp2Session | null> {
  const session = connect(`http://${address}`, {createConnection: () => stream});
  const {promise, resolve} = Promise.withResolvers<boolean>();
  const fail = () => resolve(false);
  session.once('remoteSettings', () => resolve(true)).once('close', fail);
  session.on('error', fail); // what breaks later is told by the request that it breaks
  signal.addEventListener('abort', fail, {once: true});
  const greeted = await promise;
  signal.removeEventListener('abort', fail);
  if (greeted) return session;
  session.destroy();
  return null;
}

function failure(message: string): Verdict {
  return {result: 'failure', message};
}

function judge(reply: Reply): Verdict {
  if (reply.code === UNIMPLEMENTED) {
    return failure(`error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${reply.message}`);
  }
  if (reply.code !== 0) return failure(`error: health rpc probe failed: rpc error: code = ${codeName(reply.code)} desc = ${reply.message}`);
  const status = decodeStatus(reply.body);
  if (status === SERVING_STATUS) return {result: 'success', message: 'service healthy'};
  return failure(`service unhealthy (responded with "${status}")`);
}

const CODES = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];

function codeName(code: number): string {
  return CODES[code] ?? `Code(${code})`;
}

function check(session: ClientHttp2Session, service: string, address: string, signal: AbortSignal): Promise<Reply> {
  const {promise, resolve, reject} = Promise.withResolvers<Reply>();
  session.on('error', reject);
  const stream = session.request(
    {
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      ':authority': address,
      'content-type': 'application/grpc',
      'user-agent': PROBE_USER_AGENT,
      te: 'trailers',
    },
    {signal},
  );
  let fields: Record<string, unknown> = {};
  const body: Buffer[] = [];
  stream.on('response', (headers) => {
    fields = {...headers};
  });
  stream.on('trailers', (trailers) => {
    fields = {...fields, ...trailers};
  });
  stream.on('data', (part: Buffer) => body.push(part));
  stream.on('error', reject);
  stream.on('end', () => resolve(replyOf(fields, Buffer.concat(body))));
  stream.end(frameHealthRequest(service));
  return promise;
}

/** A server that speaks HTTP/2 but no gRPC has no grpc-status; gRPC maps its HTTP status. */
function replyOf(fields: Record<string, unknown>, body: Buffer): Reply {
  const status = fields['grpc-status'];
  if (typeof status === 'string') return {code: Number(status), message: decodeURIComponent(String(fields['grpc-message'] ?? '')), body};
  const http = Number(fields[constants.HTTP2_HEADER_STATUS]);
  return {code: http === 404 ? UNIMPLEMENTED : 2, message: `unexpected HTTP status code received from server: ${http}`, body};
}
