import {hostPort} from '../ip/index.ts';

/** Errors of a connection in the words of Go's `net` package, which kubelet's messages are made of. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
};

/** `dial tcp 10.244.1.5:8080: connect: connection refused`. */
export function describeDialError(error: unknown, target: {readonly host: string; readonly port: number}): string {
  const code = errorCode(error);
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${target.host}: no such host`;
  const reason = (code && REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
  return `dial tcp ${hostPort(target.host, target.port)}: ${reason}`;
}

/** What ended a request that was already on its way. */
export function describeStreamError(error: unknown): string {
  const code = errorCode(error);
  if (code === 'ECONNRESET') return isHangUp(error) ? 'EOF' : 'read: connection reset by peer';
  if (code === 'EPIPE') return 'write: broken pipe';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'http: server gave HTTP response to HTTPS client';
  if (code?.startsWith('HPE_')) return 'net/http: HTTP/1.x transport connection broken: malformed HTTP response';
  return error instanceof Error ? error.message : String(error);
}

export function errorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' ? code : null;
}

/** Node reports a peer that closed before answering with the code of a reset; Go tells the two apart. */
function isHangUp(error: unknown): boolean {
  return error instanceof Error && error.message === 'socket hang up';
}
