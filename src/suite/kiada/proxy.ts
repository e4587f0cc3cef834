import {readBody} from '../../program/index.ts';
import {respond, respondJSON} from '../respond.ts';
import type {KiadaRequest} from './request.ts';
import {textOf} from './upstream.ts';

const PLAIN = 'text/plain; charset=utf-8';
const BODY_LIMIT = 64 * 1024;

/** The quote as a JSON string; 502 where Quote does not answer. */
export async function proxyQuote({config, response, upstream}: KiadaRequest): Promise<void> {
  const result = textOf(await upstream.quoteRaw(), config.quoteURL);
  if (result.ok) respondJSON(response, 200, result.text.trim());
  else respond(response, 502, PLAIN, `ERROR: ${result.reason}\n`);
}

/** Passes GET and POST on to Quiz with its status and body; 502 where Quiz does not answer. */
export async function proxyQuiz({request, response, upstream, rest}: KiadaRequest): Promise<void> {
  const method = request.method ?? 'GET';
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    response.setHeader('Allow', 'GET, HEAD, POST');
    return respond(response, 405, PLAIN, 'only GET, HEAD and POST are supported here\n');
  }
  const body = method === 'POST' ? await readBody(request, BODY_LIMIT) : Buffer.alloc(0);
  if (body === null) return respond(response, 413, PLAIN, `ERROR: an answer is shorter than ${BODY_LIMIT} bytes\n`);
  const headers =
    method === 'POST' ? {'Content-Type': request.headers['content-type'] ?? 'application/json', 'Content-Length': body.length} : {};
  const result = await upstream.quiz(rest, {method: method === 'HEAD' ? 'GET' : method, headers, body});
  if (!result.ok) return respond(response, 502, PLAIN, `ERROR: ${result.reason}\n`);
  respond(response, result.status, result.headers['content-type'] ?? 'application/octet-stream', result.body);
}
