import {type ErrorCode, KiadaError} from '../errors.ts';
import type {ApiRequest} from './client.ts';

export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What the API refused, with the causes that its `Status` names. */
export class ApiRefusal extends KiadaError {
  readonly status: number;
  readonly reason: string;
  readonly causes: readonly StatusCause[];
  constructor(code: ErrorCode, message: string, status: number, reason: string, causes: readonly StatusCause[], hint?: string | null) {
    super(code, message, hint === undefined ? {} : {hint});
    this.status = status;
    this.reason = reason;
    this.causes = causes;
  }
}

/** The error for an answer of 300 or more: an API server redirects nobody, so what redirects stands before it. */
export function errorOfStatus(status: number, body: unknown, request: ApiRequest): ApiRefusal {
  const document = (typeof body === 'object' && body !== null ? body : {}) as {
    message?: unknown;
    reason?: unknown;
    details?: {causes?: readonly StatusCause[]};
  };
  if (status < 400)
    return new ApiRefusal('UNREACHABLE', `the server answers ${request.path} with a redirect (HTTP ${status})`, status, '', []);
  const fallback = typeof body === 'string' && body.trim() !== '' ? body.trim().slice(0, 200) : `HTTP ${status}`;
  const message = typeof document.message === 'string' && document.message !== '' ? document.message : fallback;
  const reason = typeof document.reason === 'string' ? document.reason : '';
  const causes = Array.isArray(document.details?.causes) ? document.details.causes : [];
  const text =
    status === 403 ? message : `${message}${message.includes(request.path) || status !== 404 || reason ? '' : ` (${request.path})`}`;
  return new ApiRefusal(codeOf(status, reason), text, status, reason, causes);
}

function codeOf(status: number, reason: string): ErrorCode {
  if (status === 401) return 'UNAUTHORIZED';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if (status === 409) return reason === 'AlreadyExists' ? 'REFUSED_BY_API' : 'CONFLICT';
  if (status === 400 || status === 405 || status === 413 || status === 415 || status === 422) return 'REFUSED_BY_API';
  return 'UNREACHABLE';
}
