import type http2 from 'node:http2';
import {http2Headers} from './http2-wire.ts';
import type {LoadPlan} from './plan.ts';
import type {WireAnswer} from './wire.ts';

/** Names of gRPC's status codes, by number. Source: grpc `doc/statuscodes.md`. */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
const UNKNOWN = 2;

/** What an answer that is HTTP but no gRPC stands for. Source: grpc `doc/http-grpc-status-mapping.md`. */
const FROM_HTTP: Readonly<Record<number, number>> = {400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14};

/** A message with its length before it, uncompressed. */
export function grpcMessage(message: Uint8Array | null): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message?.length ?? 0, 1);
  return Buffer.concat([prefix, message ?? new Uint8Array()]);
}

/** The headers of a unary call. Source: grpc `doc/PROTOCOL-HTTP2.md`. */
export function grpcHeaders(plan: LoadPlan): http2.OutgoingHttpHeaders {
  const {accept: _, ...headers} = http2Headers(plan);
  return {...headers, ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': `${timeoutOf(plan)}m`};
}

/** At the most eight digits, as the protocol has it. */
function timeoutOf({timeoutMs}: LoadPlan): number {
  return Math.min(99_999_999, Math.max(1, Math.ceil(timeoutMs)));
}

/** `grpc-status` decides, which is a trailer, or a header where there is no answer; without it HTTP's status stands for one. */
export function judgeGrpc(fields: http2.IncomingHttpHeaders): Pick<WireAnswer, 'status' | 'failure'> {
  const told = fields['grpc-status'];
  const http = Number(fields[':status'] ?? 0);
  const code = typeof told === 'string' && /^\d+$/.test(told) ? Number(told) : (FROM_HTTP[http] ?? UNKNOWN);
  if (code === 0) return {status: code, failure: null};
  const message = told === undefined ? `no gRPC answer, but HTTP ${http}` : decoded(String(fields['grpc-message'] ?? ''));
  return {status: code, failure: `gRPC ${code} ${CODES[code] ?? ''}${message === '' ? '' : `: ${message}`}`};
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message; // percent signs that encode nothing: shown as they came
  }
}
