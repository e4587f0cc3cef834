import type {IncomingMessage, ServerResponse} from 'node:http';
import type {KiadaConfig} from './config.ts';
import type {Upstream} from './upstream.ts';

/** What a handler of one path is given. */
export interface KiadaRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query after the route's own part. */
  readonly rest: string;
  readonly clientIP: string;
  readonly config: KiadaConfig;
  readonly upstream: Upstream;
  readonly status: string;
}
