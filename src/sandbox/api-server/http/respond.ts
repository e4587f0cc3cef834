import type {ServerResponse} from 'node:http';
import {ApiError} from '../../api.ts';
import type {Accepted} from './negotiate.ts';

const JSON_FORMAT: Accepted = {format: 'json', as: null, version: null};

/** Sends one value in the format that was agreed upon. */
export async function sendObject(response: ServerResponse, code: number, value: object, accepted: Accepted = JSON_FORMAT): Promise<void> {
  if (accepted.format === 'yaml') {
    const {stringify} = await import('yaml');
    return sendText(response, code, stringify(value, {aliasDuplicateObjects: false}), 'application/yaml');
  }
  sendText(response, code, `${JSON.stringify(value)}\n`, 'application/json');
}

export function sendText(response: ServerResponse, code: number, text: string, type = 'text/plain; charset=utf-8'): void {
  if (response.headersSent) return;
  const body = Buffer.from(text);
  response.writeHead(code, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-cache, private',
    ...(type.startsWith('text/plain') ? {'X-Content-Type-Options': 'nosniff'} : {}),
  });
  response.end(response.req?.method === 'HEAD' ? undefined : body);
}

/** A failure as a Status object. */
export function sendError(response: ServerResponse, error: ApiError): Promise<void> {
  const retry = error.details?.retryAfterSeconds;
  if (retry !== undefined && !response.headersSent) response.setHeader('Retry-After', String(retry));
  return sendObject(response, error.code, statusOf(error));
}

/** The Status of a failure, as HTTP answers and watch events carry it. */
export function statusOf(error: ApiError): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: error.message,
    ...(error.reason === '' ? {} : {reason: error.reason}),
    ...(error.details === null ? {} : {details: error.details}),
    code: error.code,
  };
}

/** RFC 7234, 5.5: `299 - "text"`. What could break the header is taken out. Warnings that are there already stay. */
export function addWarnings(response: ServerResponse, warnings: readonly string[]): void {
  const texts = warnings.map((text) => `299 - ${JSON.stringify(text.replaceAll(/[^\x20-\x7e]/g, '?'))}`);
  const unique = new Set([...((response.getHeader('Warning') as string[] | undefined) ?? []), ...texts]);
  if (unique.size > 0) response.setHeader('Warning', [...unique]);
}

/** What an unexpected error becomes; it is the server's own fault, and its text is for the log. */
export function internalError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = `Internal error occurred: ${error instanceof Error ? error.message : String(error)}`;
  return new ApiError(500, 'InternalError', message, {});
}
