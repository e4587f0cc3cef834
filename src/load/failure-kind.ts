import type {ErrorKind} from './plan.ts';

const KINDS: Readonly<Record<string, Exclude<ErrorKind, 'status'>>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
};

/** The kind of a failed connection or request, by its code. */
export function failureKind(error: unknown): Exclude<ErrorKind, 'status'> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return KINDS[code] ?? 'other';
}

/** In a few words, for a sample. */
export function failureDetail(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // OpenSSL's messages are lines of internals, but it has a reason in words as well
  if ('code' in error && 'reason' in error && typeof error.reason === 'string') return `${error.code}: ${error.reason}`;
  return 'code' in error && typeof error.code === 'string' && !error.message.includes(error.code)
    ? `${error.code}: ${error.message}`
    : error.message;
}
