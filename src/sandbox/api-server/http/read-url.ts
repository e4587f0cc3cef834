import type {IncomingMessage} from 'node:http';
import {ApiError} from '../../api.ts';

/** Only the path and the query: a request that names another host is answered all the same. */
export function readUrl(request: IncomingMessage): URL {
  try {
    return new URL(`https://localhost${request.url?.startsWith('/') ? request.url : '/'}`);
  } catch {
    throw new ApiError(400, 'BadRequest', 'the request has no readable path');
  }
}
