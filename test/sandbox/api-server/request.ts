import type {IncomingHttpHeaders, IncomingMessage} from 'node:http';
import {request as httpsRequest} from 'node:https';
import type {RunningServer} from './running-server.ts';

export interface Answer {
  readonly code: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent instead of the administrator's token; null for none. */
  readonly token?: string | null;
}

/** One request with the administrator's token. A body that is no text is sent as JSON. */
export async function send(server: RunningServer, path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await open(server, path, options);
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  const json = (response.headers['content-type'] ?? '').startsWith('application/json') && !text.includes('}\n{');
  return {code: response.statusCode ?? 0, headers: response.headers, text, body: json && text !== '' ? JSON.parse(text) : null};
}

/** The answer as a stream, for watches. */
export function open({port, ca, token}: RunningServer, path: string, options: RequestOptions = {}): Promise<IncomingMessage> {
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>();
  const bearer = options.token === undefined ? token : options.token;
  const {body} = options;
  const headers = {
    ...(bearer === null ? {} : {authorization: `Bearer ${bearer}`}),
    ...(body === undefined ? {} : {'content-type': 'application/json'}),
    ...options.headers,
  };
  const method = options.method ?? (body === undefined ? 'GET' : 'POST');
  const outgoing = httpsRequest({host: '127.0.0.1', port, ca, path, method, headers, agent: false}, resolve);
  outgoing.once('error', reject);
  outgoing.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  return promise;
}

/** Events of a watch as they come; ends with it. */
export async function* watchEvents(response: IncomingMessage): AsyncGenerator<{type: string; object: Answer['body']}> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

/** All events of a watch, once it has ended. */
export async function allEvents(response: IncomingMessage): Promise<{type: string; object: Answer['body']}[]> {
  const events = [];
  for await (const event of watchEvents(response)) events.push(event);
  return events;
}
